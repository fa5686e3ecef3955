import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@eucora/sdk';
import type { StorageUnderTest } from '@eucora/engine/testing';
import { connectFolder, connectServer } from '../src/database/connect.js';
import type { Database } from '../src/database/database.js';
import { folderBlobStore } from '../src/folder/blob-store.js';
import { storageOver } from '../src/storage.js';
import { postgresBinaries } from './postgres-server.js';

/** A folder that the test removes. */
export const givenFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'eucora-test-'));

export const removed = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** The embedded database, for this test alone. */
export async function givenEmbedded(): Promise<StorageUnderTest> {
  const folder = await givenFolder();
  return underTest(await connectFolder(join(folder, 'db')), folder);
}

/** A storage on the server, as one host has it. */
export async function givenHostOn(url: string, log?: Log): Promise<StorageUnderTest> {
  return underTest(await connectServer(url, log), await givenFolder());
}

async function underTest(database: Database, folder: string): Promise<StorageUnderTest> {
  const storage = storageOver(database, await folderBlobStore(join(folder, 'blobs')));
  return {
    storage,
    later: (ms) => letTimePass(database, ms),
    async stop() {
      await storage.close();
      await removed(folder);
    },
  };
}

/** The database's clock cannot be moved; everything that waits for it can. */
async function letTimePass(database: Database, ms: number): Promise<void> {
  const earlier = (column: string) => `${column} = ${column} - $1 * interval '1 ms'`;
  const text = `update jobs set ${earlier('due_at')}, ${earlier('again_at')}`;
  await database.query({ name: 'later-jobs', text }, [ms]);
  await database.query({ name: 'later-leases', text: `update leases set ${earlier('until')}` }, [ms]);
}

/**
 * A suite that needs a real server. Without PostgreSQL it is shown as left out, with the reason; in CI it fails.
 */
export function describeOnPostgres(title: string, suite: () => void): void {
  describe(title, () => {
    before(async function () {
      this.timeout(60_000);
      if (await postgresBinaries()) return;
      const reason = 'PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or $(pg_config --bindir)';
      if (process.env['CI']) throw new Error(reason);
      process.stderr.write(`\nLEFT OUT: ${title}: ${reason}\n`);
      this.skip();
    });
    suite();
  });
}
