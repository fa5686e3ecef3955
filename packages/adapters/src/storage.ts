import type { BlobStore, Storage } from '@eucora/engine';
import type { Database } from './database/database.js';
import { eventStore } from './events/event-store.js';
import { eventWriter } from './events/writer.js';
import { databaseLease } from './lease.js';
import { databaseQueue } from './queue.js';
import { databaseViews } from './views.js';

/** The five parts over one database and one blob store, which it closes. */
export function storageOver(database: Database, blobs: BlobStore): Storage {
  const queue = databaseQueue(database);
  const writer = eventWriter(database, () => queue.wake());
  return {
    events: eventStore(database, writer),
    queue,
    lease: databaseLease(database),
    views: databaseViews(database),
    blobs,
    async close() {
      await writer.close();
      await database.close();
    },
  };
}
