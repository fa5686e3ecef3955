import { expect } from 'chai';
import { join } from 'node:path';
import { connectFolder, connectServer } from '../src/database/connect.js';
import type { Database } from '../src/database/database.js';
import { folderBlobStore } from '../src/folder/blob-store.js';
import { storageOver } from '../src/storage.js';
import { describeOnPostgres, givenFolder, removed } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

const MISCHIEF = [
  'update events set actor = $$nobody$$',
  'update events set actor = $$nobody$$ where false',
  'delete from events',
  'truncate events',
  'truncate events cascade',
];

describe('the embedded database', () => {
  let folder: string;
  before(async () => {
    folder = await givenFolder();
  });
  after(() => removed(folder));
  refusesEveryChange(() => connectFolder(join(folder, 'db')));
});

describeOnPostgres('the server', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());
  refusesEveryChange(() => connectServer(server.url));
});

function refusesEveryChange(connect: () => Promise<Database>): void {
  let database: Database;
  let folder: string;
  before(async () => {
    database = await connect();
    folder = await givenFolder();
    const { events } = storageOver(database, await folderBlobStore(folder));
    await events.append({
      writes: [
        { stream: 's', expectedVersion: 0, events: [{ type: 'X', data: 1, correlationId: 'c', actor: 'somebody' }] },
      ],
    });
  });
  after(async () => {
    await database?.close();
    await removed(folder);
  });

  for (const text of MISCHIEF) {
    it(`refuses ${text}`, async () => {
      await refused(text);
    });
  }

  it('refuses them also to a session that plays replica', async () => {
    await database.alone(async (run) => {
      await run({ name: 'replica', text: 'set session_replication_role = replica' });
      const error = await run({ name: 'delete', text: 'delete from events' }).catch((cause: unknown) => cause);
      expect(String(error)).to.contain('append-only');
      await run({ name: 'origin', text: 'set session_replication_role = origin' });
    });
  });

  async function refused(text: string): Promise<void> {
    const error = await database.once({ name: text, text }).catch((cause: unknown) => cause);
    expect(String(error)).to.contain('events are append-only');
    const rows = await database.query({ name: 'actors', text: 'select actor from events' });
    expect(rows).to.deep.equal([{ actor: 'somebody' }]);
  }
}
