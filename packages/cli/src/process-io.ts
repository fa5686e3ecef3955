import { setTimeout as wait } from 'node:timers/promises';
import type { Io } from './io.js';

/** The process we are. A reader that went away (`| head`) is not an error: there is nothing left to say. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(0);
    });
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    sleep: async (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
    onInterrupt(listener) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener);
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener);
      };
    },
  };
}
