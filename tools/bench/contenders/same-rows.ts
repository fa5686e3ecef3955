import type pg from 'pg';
import { EVENT_DATA } from './events.js';

/** A table with the columns and indexes of the event store's, without its rules. */
export const createSameTable = (client: pg.Client): Promise<unknown> =>
  client.query(`
    create table same_rows (
      position bigserial primary key, stream text collate "C" not null, version integer not null,
      correlation_id text collate "C" not null, event_type text not null, event_data jsonb not null,
      actor text not null, created_at timestamptz(3) not null, prev_hash text not null, hash text not null,
      unique (stream, version));
    create index on same_rows (correlation_id, position)`);

export const COLUMNS =
  'stream, version, correlation_id, event_type, event_data, actor, created_at, prev_hash, hash' as const;

const HASH = 'a5'.repeat(32);
const JSON_DATA = JSON.stringify(EVENT_DATA);

/** The values of {@link COLUMNS}. */
export const rowOf = (id: string, version: number): readonly string[] => [
  `run:${id}`,
  String(version),
  id,
  'RUN_QUEUED',
  JSON_DATA,
  'alice',
  new Date().toISOString(),
  HASH,
  HASH,
];
