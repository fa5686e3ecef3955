import 'reflect-metadata';
import { chmod, mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { EucoraError, reasonOf, type Log } from '@eucora/sdk';
import type pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../migrations/index.js';
import { databaseOver, type Database } from './database.js';
import { toStorageError } from './failure.js';

/** Asked for by number, so that no other program's lock is meant: the letters `eucm`. */
const MIGRATION_LOCK = 0x6575636d;
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 10_000;
/** No statement of ours comes near it: a server that takes longer does not answer. */
const QUERY_TIMEOUT_MS = 30_000;
const OLDEST_SERVER = 150_000;

type Options = Extract<DataSourceOptions, { type: 'postgres' }>;

/** @throws EucoraError `STORAGE_UNAVAILABLE`, `CONFIG_INVALID` for a server older than PostgreSQL 15 */
export async function connectServer(url: string, log?: Log): Promise<Database> {
  const source = await initialized(
    {
      url,
      applicationName: 'eucora',
      poolSize: POOL_SIZE,
      extra: { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: QUERY_TIMEOUT_MS, keepAlive: true },
    },
    log,
  );
  try {
    await requireVersion(source);
    await migrateAlone(source);
  } catch (cause) {
    await source.destroy();
    throw toStorageError(cause);
  }
  return databaseOver(poolOf(source), () => source.destroy());
}

/**
 * PostgreSQL inside this process, its files in a folder. Whoever calls it holds the folder's lock: two processes on one
 * folder lose data. It survives a killed process, not a power cut: it never calls fsync.
 */
export async function connectFolder(folder: string, log?: Log): Promise<Database> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const engine = await PGlite.create({ dataDir: folder });
  const end = async (source?: DataSource) => {
    await source?.destroy();
    await engine.close();
  };
  try {
    const source = await initialized({ poolSize: 1, extra: inProcess(engine) }, log);
    await source.runMigrations();
    return databaseOver(poolOf(source), () => end(source));
  } catch (cause) {
    await end();
    throw toStorageError(cause);
  }
}

/** The one session is shared: who waits longer than this for it gets an error instead of hanging. */
const inProcess = (engine: PGlite) => ({
  ...createPgConfig(engine),
  max: 1,
  idleTimeoutMillis: 0,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
});

async function initialized(options: Partial<Options>, log?: Log): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    migrations,
    migrationsTableName: 'eucora_migrations',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    logging: false,
    // An idle connection that breaks is replaced when one is needed; unheard, its error would end the process.
    poolErrorHandler: (cause: unknown) => log?.warn({ reason: reasonOf(cause) }, 'a database connection was lost'),
    ...options,
  });
  return source.initialize().catch((cause: unknown) => {
    throw toStorageError(cause);
  });
}

/** The pool that TypeORM made, for the statements that are too hot for it. */
const poolOf = (source: DataSource): pg.Pool => (source.driver as unknown as { readonly master: pg.Pool }).master;

async function requireVersion(source: DataSource): Promise<void> {
  const [row] = await source.query<{ server_version_num: string }[]>('show server_version_num');
  if (Number(row?.server_version_num) >= OLDEST_SERVER) return;
  throw new EucoraError('CONFIG_INVALID', {
    what: `DATABASE_URL leads to PostgreSQL ${row?.server_version_num}; 15 or later is needed`,
  });
}

/** Hosts that start together migrate one after the other; the second finds it done. */
async function migrateAlone(source: DataSource): Promise<void> {
  const client = await poolOf(source).connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
    await client.query('commit');
    client.release();
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}
