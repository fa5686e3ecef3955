import type { BlobStore } from './blob-store.js';
import type { EventStore } from './event-store.js';
import type { Lease } from './lease.js';
import type { Queue } from './queue.js';
import type { Views } from './views.js';

/** Where a hub remembers and waits. The five parts belong together: an append reaches into queue and views. */
export interface Storage {
  readonly events: EventStore;
  readonly queue: Queue;
  readonly lease: Lease;
  readonly blobs: BlobStore;
  readonly views: Views;
  /** Ends what is under way and lets go of everything. A second call does nothing. */
  close(): Promise<void>;
}
