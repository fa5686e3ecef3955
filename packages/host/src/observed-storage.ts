import type { Append, StoredEvent } from '@eucora/engine';
import type { HostStorage } from './host-storage.js';

/** Called around every append, in its path: a test that ends the process here ends it between two known states. */
export interface AppendObserver {
  before?(request: Append): void | Promise<void>;
  after?(events: readonly StoredEvent[]): void | Promise<void>;
}

/** The same storage, its appends watched. */
export function observedStorage(storage: HostStorage, observer: AppendObserver): HostStorage {
  const { events } = storage;
  return {
    queue: storage.queue,
    lease: storage.lease,
    blobs: storage.blobs,
    views: storage.views,
    ready: () => storage.ready(),
    close: () => storage.close(),
    events: {
      async append(request) {
        await observer.before?.(request);
        const stored = await events.append(request);
        await observer.after?.(stored);
        return stored;
      },
      readStream: (stream, after) => events.readStream(stream, after),
      readAll: (request) => events.readAll(request),
      head: () => events.head(),
    },
  };
}
