export type { ExitCode } from './exit-codes.js';
export type { Io, Out } from './io.js';
export { processIo } from './process-io.js';
export { run } from './run.js';
