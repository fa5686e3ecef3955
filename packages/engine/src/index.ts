export * from './chain.js';
export * from './hub.js';
export * from './run.js';
export * from './ports/index.js';
