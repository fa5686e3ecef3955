import { GENESIS_HASH, type StoredEvent } from '@eucora/engine';
import type { Run, Statement } from '../database/database.js';

export interface Head {
  readonly position: number;
  readonly hash: string;
}

/** `created_at` as a number: its text depends on the settings of the server. */
export const EVENT_COLUMNS = `position, stream, version, correlation_id, event_type, event_data, actor,
  (extract(epoch from created_at) * 1000)::float8 as created_ms, prev_hash, hash`;

export interface EventRow {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly correlation_id: string;
  readonly event_type: string;
  readonly event_data: unknown;
  readonly actor: string;
  readonly created_ms: number;
  readonly prev_hash: string;
  readonly hash: string;
}

export const toEvent = (row: EventRow): StoredEvent => ({
  type: row.event_type,
  data: row.event_data,
  correlationId: row.correlation_id,
  actor: row.actor,
  stream: row.stream,
  version: row.version,
  createdAt: new Date(row.created_ms).toISOString(),
  position: Number(row.position),
  prevHash: row.prev_hash,
  hash: row.hash,
});

const HEAD: Statement = { name: 'head', text: 'select position, hash from events order by position desc limit 1' };

export async function readHead(run: Run): Promise<Head> {
  const [row] = await run<{ position: string; hash: string }>(HEAD);
  return row ? { position: Number(row.position), hash: row.hash } : { position: 0, hash: GENESIS_HASH };
}

const HASH_AT: Statement = { name: 'hash-at', text: 'select hash from events where position = $1' };

/** Tells whether this very event is stored. */
export async function isStored(run: Run, { position, hash }: Head): Promise<boolean> {
  const [row] = await run<{ hash: string }>(HASH_AT, [position]);
  return row?.hash === hash;
}

const VERSIONS: Statement = {
  name: 'versions',
  text: `select s.stream, coalesce((select max(version) from events e where e.stream = s.stream), 0) as version
         from unnest($1::text[]) as s(stream)`,
};

/** How far each of these streams has come; 0 for one that does not exist. */
export async function readVersions(run: Run, streams: readonly string[]): Promise<Map<string, number>> {
  const rows = await run<{ stream: string; version: number }>(VERSIONS, [streams]);
  return new Map(rows.map(({ stream, version }) => [stream, version]));
}
