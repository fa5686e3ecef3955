import { expect } from 'chai';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStorage, type OpenStorage } from '@eucora/adapters';
import { findBreak } from '@eucora/engine';
import { isEucoraError } from '@eucora/sdk';
import { describeOnPostgres, givenFolder, removed } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

describe('opening a storage', () => {
  let parent: string;
  let dataDir: string;
  beforeEach(async () => {
    parent = await givenFolder();
    dataDir = join(parent, 'data');
  });
  afterEach(() => removed(parent));

  describe('in a folder', function () {
    this.timeout(120_000);

    it('keeps everything over a close, and lets go of the folder', async () => {
      const first = await openStorage({ dataDir });
      await fill(first);
      await first.ready();
      await first.close();
      await first.close();

      const second = await openStorage({ dataDir });
      await expectFilled(second);
      await second.close();
      expect((await readdir(dataDir)).sort()).to.deep.equal(['blobs', 'db', 'eucora.lock']);
    });

    it('is for nobody else to look into, and for one process only', async () => {
      const storage = await openStorage({ dataDir });
      for (const folder of [dataDir, join(dataDir, 'db'), join(dataDir, 'blobs')]) {
        expect((await stat(folder)).mode & 0o777, folder).to.equal(0o700);
      }
      const error = await rejected(openStorage({ dataDir }));
      expect([error.code, error.details['pid']]).to.deep.equal(['DATA_DIR_IN_USE', process.pid]);
      await fill(storage);
      await storage.close();
      const error2 = await rejected(storage.events.append({ writes: [write('late')] }));
      expect(error2.code).to.equal('STORAGE_UNAVAILABLE');
    });

    it('hands out at once what a process held that is gone', async () => {
      const died = await openStorage({ dataDir });
      await died.queue.put([{ key: 'job', priority: 1 }]);
      const [lost] = await died.queue.claim({ limit: 1, leaseMs: 3_600_000 });
      await died.lease.acquire('name', 'holder', 3_600_000);
      await died.close();

      const next = await openStorage({ dataDir });
      const [found] = await next.queue.claim({ limit: 1, leaseMs: 1_000 });
      expect(found).to.include({ key: 'job', attempt: 2 });
      expect(found!.token).to.be.greaterThan(lost!.token);
      expect(await next.lease.acquire('name', 'another', 1_000)).to.include({ name: 'name' });
      await next.close();
    });

    it('lets go of the folder when the database in it cannot be opened', async () => {
      await writeFile(join(parent, 'file'), '');
      expect((await rejected(openStorage({ dataDir: join(parent, 'file') }))).code).to.equal('CONFIG_INVALID');

      await mkdir(dataDir);
      await writeFile(join(dataDir, 'db'), 'not a folder');
      for (const _ of [1, 2]) {
        expect((await rejected(openStorage({ dataDir }))).code).to.equal('STORAGE_UNAVAILABLE');
      }
    });
  });

  describeOnPostgres('on a server', () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres();
    });
    after(() => server?.stop());

    it('needs no lock: two hosts open it at once and see the same', async () => {
      const options = { databaseUrl: server.url, dataDir };
      const [a, b] = await Promise.all([openStorage(options), openStorage(options)]);
      await fill(a);
      await expectFilled(b);
      await Promise.all([a.close(), b.close()]);
    });

    it('is ready only while it can be written to', async () => {
      const warnings: object[] = [];
      const nothing = () => {};
      const log = {
        debug: nothing,
        info: nothing,
        error: nothing,
        warn: (fields: object) => void warnings.push(fields),
      };
      const storage = await openStorage({ databaseUrl: server.url, dataDir, log });
      await storage.ready();
      await server.kill9();
      expect((await rejected(storage.ready())).code).to.equal('STORAGE_UNAVAILABLE');
      expect(warnings, 'idle connections were lost').not.to.deep.equal([]);
      await server.restart();
      await storage.ready();
      await removed(dataDir);
      expect((await rejected(storage.ready())).code).to.equal('STORAGE_UNAVAILABLE');
      await storage.close();
    });

    it('says so when nobody is there', async () => {
      const databaseUrl = 'postgres://nobody@127.0.0.1:1/nowhere';
      expect((await rejected(openStorage({ databaseUrl, dataDir }))).code).to.equal('STORAGE_UNAVAILABLE');
    });
  });
});

const write = (stream: string) => ({
  stream,
  expectedVersion: 0,
  events: [{ type: 'X', data: { n: 1 }, correlationId: 'c', actor: 'a' }],
});

async function fill({ events, blobs }: OpenStorage): Promise<void> {
  await events.append({
    writes: [write('kept')],
    jobs: [{ key: 'kept', priority: 1 }],
    views: [{ collection: 'kept', id: 'row', body: { kept: true } }],
  });
  await blobs.put(
    (async function* () {
      yield Buffer.from('kept');
    })(),
  );
}

async function expectFilled({ events, queue, blobs, views }: OpenStorage): Promise<void> {
  const [event, ...others] = await events.readAll({});
  expect(event).to.include({ stream: 'kept', version: 1, position: 1 });
  expect(others).to.deep.equal([]);
  expect(findBreak([event!])).to.equal(undefined);
  expect(await views.get('kept', 'row')).to.deep.equal({ kept: true });
  expect(await queue.claim({ limit: 9, leaseMs: 1_000 })).to.have.lengthOf(1);
  expect(await blobs.stat('79f076abdd19a752db7267bfff2f9022161d120dea919fdaca2ffdfc24ca8c96')).to.have.property(
    'size',
    4,
  );
}

async function rejected(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (cause) {
    if (isEucoraError(cause)) return cause;
    throw cause;
  }
  return expect.fail('it did not fail');
}
