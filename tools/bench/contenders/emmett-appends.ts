import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import type { Contender } from '../contender.js';
import type { AppendSettings } from './appends.js';
import { callers } from './callers.js';
import { EVENT_DATA, EVENTS_A_STREAM } from './events.js';
import { ids } from './ids.js';

type RunQueued = { type: 'RUN_QUEUED'; data: typeof EVENT_DATA };

/** The same appends to Emmett's event store. It keeps no chain. */
export async function prepare({
  databaseUrl,
  callers: count,
  seed,
}: Omit<AppendSettings, 'dataDir'>): Promise<Contender> {
  const store = getPostgreSQLEventStore(databaseUrl);
  await store.schema.migrate();
  const nextId = ids(seed);
  const streams = Array.from({ length: count }, () => ({ id: nextId(), version: 0 }));

  const append = async (caller: number) => {
    const { id, version } = streams[caller]!;
    const event: RunQueued = { type: 'RUN_QUEUED', data: EVENT_DATA };
    await store.appendToStream<RunQueued>(`run-${id}`, [event], {
      expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
    });
    streams[caller] = version + 1 < EVENTS_A_STREAM ? { id, version: version + 1 } : { id: nextId(), version: 0 };
    return 1;
  };
  return { slice: (ms) => callers(count, ms, append), close: () => store.close() };
}
