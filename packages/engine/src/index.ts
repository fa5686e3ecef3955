export * from './chain.js';
export * from './ports/index.js';
