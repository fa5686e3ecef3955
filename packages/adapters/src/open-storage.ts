import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '@eucora/engine';
import { EucoraError, isEucoraError, reasonOf, type Log } from '@eucora/sdk';
import { releaseAbandoned } from './abandoned.js';
import { connectFolder, connectServer } from './database/connect.js';
import type { Database } from './database/database.js';
import { folderBlobStore } from './folder/blob-store.js';
import { lockFolder } from './folder/lock.js';
import { storageOver } from './storage.js';

export interface StorageOptions {
  /** `postgres://…`, PostgreSQL 15 or later. Without it the database is a folder in `dataDir`, for this process alone. */
  readonly databaseUrl?: string;
  /** Artifacts, and the embedded database. Made with mode 0700 when it is not there. */
  readonly dataDir: string;
  readonly log?: Log;
}

export interface OpenStorage extends Storage {
  /**
   * Proves that there is something to write to: commits to the database and writes to the folder.
   *
   * @throws EucoraError `STORAGE_UNAVAILABLE`, `STORAGE_FULL`
   */
  ready(): Promise<void>;
}

/** Hosts that share a folder on a server's side may be in the middle of an upload. */
const DAY_MS = 24 * 3_600_000;

/** @throws EucoraError `DATA_DIR_IN_USE`, `STORAGE_UNAVAILABLE`, `STORAGE_FULL`, `CONFIG_INVALID` */
export async function openStorage({ databaseUrl, dataDir, log }: StorageOptions): Promise<OpenStorage> {
  await makeFolder(dataDir);
  const lock = databaseUrl === undefined ? await lockFolder(dataDir) : undefined;
  let database: Database | undefined;
  try {
    database =
      databaseUrl === undefined ? await connectFolder(join(dataDir, 'db'), log) : await connectServer(databaseUrl, log);
    if (lock) await releaseAbandoned(database);
    const blobs = await folderBlobStore(join(dataDir, 'blobs'), { sweepOlderThanMs: lock ? 0 : DAY_MS });
    const storage = storageOver(database, blobs);
    return {
      ...storage,
      ready: readiness(storage, dataDir),
      async close() {
        await storage.close().finally(() => lock?.release());
      },
    };
  } catch (cause) {
    await database?.close();
    await lock?.release();
    throw isEucoraError(cause) ? cause : unwritable(dataDir, cause);
  }
}

async function makeFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new EucoraError('CONFIG_INVALID', { what: `DATA_DIR ${dataDir} cannot be made or used`, cause });
  });
}

/** A name of its own each time: two probes never wait for each other. */
function readiness({ lease }: Storage, dataDir: string): () => Promise<void> {
  return async () => {
    const probe = `readiness-${randomUUID()}`;
    const held = await lease.acquire(probe, 'readiness', 1_000);
    if (held) await lease.release(held);
    const path = join(dataDir, `.${probe}`);
    try {
      await writeFile(path, probe, { mode: 0o600, flush: true });
    } catch (cause) {
      throw unwritable(dataDir, cause);
    } finally {
      await rm(path, { force: true });
    }
  };
}

function unwritable(dataDir: string, cause: unknown): EucoraError {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new EucoraError('STORAGE_FULL', { what: `there is no room left in ${dataDir}`, cause })
    : new EucoraError('STORAGE_UNAVAILABLE', {
        what: `${dataDir} cannot be written to (${code ?? reasonOf(cause)})`,
        cause,
      });
}
