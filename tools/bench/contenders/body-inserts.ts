import pg from 'pg';
import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { ids } from './ids.js';
import { publishBody } from './publish-body.js';

const CONNECTIONS = 16;
const INSERT = { name: 'insert', text: 'insert into requests (correlation_id, body) values ($1, $2)' };

/** The least that anybody must do for a request: its body in one row, committed. No HTTP. */
export async function prepare({ databaseUrl, seed }: { databaseUrl: string; seed: number }): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query(
    `create table requests (id bigserial primary key, correlation_id text not null unique, body jsonb not null,
       created_at timestamptz not null default now());
     create index on requests (created_at)`,
  );
  const nextId = ids(seed);
  const insert = async () => {
    const id = nextId();
    await pool.query({ ...INSERT, values: [id, publishBody(id)] });
    return 1;
  };
  return { slice: (ms) => callers(CONNECTIONS, ms, insert), close: () => pool.end() };
}
