import pg from 'pg';
import { startPostgres } from '../../../packages/adapters/test/postgres-server.js';
import type { Scope } from '../scope.js';

export interface Server {
  /** A database of its own, empty. */
  database(name: string): Promise<string>;
  /** Asks one question. */
  ask<Row>(databaseUrl: string, sql: string): Promise<Row>;
}

/** As it was measured before the first line of the project; fsync and synchronous_commit stay on. */
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' };

/** A PostgreSQL of our own, on loopback. */
export async function postgres(scope: Scope): Promise<Server> {
  const server = await startPostgres(SETTINGS);
  scope.own({ close: () => server.stop() });
  const ask = async <Row>(connectionString: string, sql: string): Promise<Row> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query(sql)).rows[0] as Row;
    } finally {
      await client.end();
    }
  };
  return {
    ask,
    async database(name) {
      await ask(server.url, `create database ${name}`);
      const url = new URL(server.url);
      url.pathname = name;
      return url.href;
    },
  };
}
