import { openStorage } from '@eucora/adapters';
import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { EVENT_DATA, EVENTS_A_STREAM } from './events.js';
import { ids } from './ids.js';

export interface AppendSettings {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly callers: number;
  readonly seed: number;
}

/** Appends to our event store, one event each, with the version that the stream is expected to have. */
export async function prepare(settings: AppendSettings): Promise<Contender> {
  const storage = await openStorage(settings);
  const nextId = ids(settings.seed);
  const streams = Array.from({ length: settings.callers }, () => ({ id: nextId(), version: 0 }));

  const append = async (caller: number) => {
    const { id, version } = streams[caller]!;
    const event = { type: 'RUN_QUEUED', data: EVENT_DATA, correlationId: id, actor: 'alice' };
    await storage.events.append({ writes: [{ stream: `run:${id}`, expectedVersion: version, events: [event] }] });
    streams[caller] = version + 1 < EVENTS_A_STREAM ? { id, version: version + 1 } : { id: nextId(), version: 0 };
    return 1;
  };
  return { slice: (ms) => callers(settings.callers, ms, append), close: () => storage.close() };
}
