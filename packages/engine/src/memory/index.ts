export * from './blob-store.js';
export * from './clock.js';
export * from './event-store.js';
export * from './lease.js';
export * from './queue.js';
export * from './storage.js';
export * from './views.js';
export * from './signer.js';
