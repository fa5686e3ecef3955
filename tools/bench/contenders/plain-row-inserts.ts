import pg from 'pg';
import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { ids } from './ids.js';
import { COLUMNS, createSameTable, rowOf } from './same-rows.js';

const INSERT = {
  name: 'insert',
  text: `insert into same_rows (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

/** One caller, one connection, one prepared insert of such a row as our event store keeps. */
export async function prepare({ databaseUrl, seed }: { databaseUrl: string; seed: number }): Promise<Contender> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await createSameTable(client);
  const nextId = ids(seed);
  const insert = async () => {
    await client.query({ ...INSERT, values: [...rowOf(nextId(), 1)] });
    return 1;
  };
  return { slice: (ms) => callers(1, ms, insert), close: () => client.end() };
}
