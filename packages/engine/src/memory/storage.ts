import type { Clock } from '../ports/clock.js';
import type { Storage } from '../ports/storage.js';
import { memoryBlobStore } from './blob-store.js';
import { realClock } from './clock.js';
import { memoryEventStore } from './event-store.js';
import { memoryLease } from './lease.js';
import { memoryQueue } from './queue.js';
import { memoryViews } from './views.js';

/** Remembers as long as the process lives: for the library, for tests, and as the yardstick of every other adapter. */
export function memoryStorage(clock: Clock = realClock): Storage {
  const queue = memoryQueue(clock);
  const views = memoryViews();
  return {
    events: memoryEventStore({ clock, queue, views }),
    queue,
    lease: memoryLease(clock),
    blobs: memoryBlobStore(),
    views,
    close: async () => undefined,
  };
}
