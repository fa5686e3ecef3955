export * from './describe-blob-store.js';
export * from './describe-event-store.js';
export * from './describe-lease.js';
export * from './describe-queue.js';
export * from './describe-storage.js';
export * from './describe-views.js';
export type { GivenStorage, StorageUnderTest } from './storage-under-test.js';
