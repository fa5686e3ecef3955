import { EucoraError } from '@eucora/sdk';
import { GENESIS_HASH, linkWithForm } from '../chain.js';
import type { Clock } from '../ports/clock.js';
import type { Append, EventStore, StoredEvent } from '../ports/event-store.js';
import { storableAppend } from '../ports/storable.js';
import { realClock } from './clock.js';
import { memoryQueue, type MemoryQueue } from './queue.js';
import { memoryViews, type MemoryViews } from './views.js';

export interface MemoryEventStoreParts {
  readonly clock?: Clock;
  /** Where the jobs of an append go and its fence is looked up. */
  readonly queue?: MemoryQueue;
  readonly views?: MemoryViews;
}

/** The contract in its shortest form. JavaScript's single thread is its transaction. */
export function memoryEventStore(parts: MemoryEventStoreParts = {}): EventStore {
  const { clock = realClock, queue = memoryQueue(clock), views = memoryViews() } = parts;
  const log: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const head = () => log.at(-1) ?? { position: 0, hash: GENESIS_HASH };

  /** Everything that can fail comes before the first change. */
  const append = (request: Append): readonly StoredEvent[] => {
    const { writes, jobs = [], views: rows, fence } = storableAppend(request);
    if (fence && !queue.holds(fence)) throw staleLease(fence.key);

    const added: StoredEvent[] = [];
    const createdAt = clock.now().toISOString();
    const versions = new Map<string, number>();
    for (const { stream, expectedVersion, events } of writes) {
      const actual = versions.get(stream) ?? streams.get(stream)?.length ?? 0;
      if (actual !== expectedVersion) throw versionConflict(stream, expectedVersion, actual);
      for (const [at, event] of events.entries()) {
        const place = { stream, version: actual + at + 1, createdAt };
        added.push(frozen(linkWithForm(event, place, added.at(-1) ?? head(), event.canonical).event));
      }
      versions.set(stream, actual + events.length);
    }

    for (const event of added) {
      log.push(event);
      streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    }
    views.writeNow(rows);
    queue.putNow(jobs);
    return added;
  };

  return {
    append: async (request) => append(request),
    readStream: async (stream, after = 0) => (streams.get(stream) ?? []).slice(after),
    readAll: async ({ after = 0, limit = 1000, correlationId, types }) => {
      const wanted = log
        .slice(after)
        .filter((event) => correlationId === undefined || event.correlationId === correlationId)
        .filter((event) => types === undefined || types.includes(event.type));
      return wanted.slice(0, limit);
    },
    head: async () => ({ position: head().position, hash: head().hash }),
  };
}

const staleLease = (key: string) => new EucoraError('STALE_LEASE', { what: `${key} is no longer held by this worker` });

const versionConflict = (stream: string, expected: number, actual: number) =>
  new EucoraError('VERSION_CONFLICT', {
    what: `${stream} is at version ${actual}, not ${expected}`,
    details: { stream, actual_version: actual },
  });

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
