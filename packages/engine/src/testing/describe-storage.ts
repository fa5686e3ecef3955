import { describeBlobStore } from './describe-blob-store.js';
import { describeEventStore } from './describe-event-store.js';
import { describeLease } from './describe-lease.js';
import { describeQueue } from './describe-queue.js';
import { describeViews } from './describe-views.js';
import type { GivenStorage } from './storage-under-test.js';

/** All five parts. Passing this is what being a storage means. */
export function describeStorage(name: string, given: GivenStorage): void {
  describeEventStore(name, given);
  describeQueue(name, given);
  describeLease(name, given);
  describeViews(name, given);
  describeBlobStore(name, given);
}
