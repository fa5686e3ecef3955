import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { EVENTS_A_STREAM } from './events.js';
import { ids } from './ids.js';
import { COLUMNS, createSameTable, rowOf } from './same-rows.js';

const ROWS_A_COPY = 5_000;
const ROWS_A_CHUNK = 100;

/** The fastest way in that PostgreSQL has: COPY of such rows as our event store keeps. */
export async function prepare({ databaseUrl, seed }: { databaseUrl: string; seed: number }): Promise<Contender> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await createSameTable(client);
  const nextId = ids(seed);

  function* chunks() {
    for (let row = 0, id = nextId(); row < ROWS_A_COPY; row += ROWS_A_CHUNK) {
      let text = '';
      for (let at = row; at < row + ROWS_A_CHUNK; at++) {
        const version = (at % EVENTS_A_STREAM) + 1;
        if (version === 1) id = nextId();
        text += `${rowOf(id, version).join('\t')}\n`;
      }
      yield text;
    }
  }
  const copy = async () => {
    await pipeline(Readable.from(chunks()), client.query(copyFrom(`copy same_rows (${COLUMNS}) from stdin`)));
    return ROWS_A_COPY;
  };
  return { slice: (ms) => callers(1, ms, copy), close: () => client.end() };
}
