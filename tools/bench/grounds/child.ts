import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ended } from '../contender.js';
import type { Scope } from '../scope.js';

/** Starts a Node program and waits for its first line, which says that it listens. @param log the file for the rest */
export async function startProgram(
  scope: Scope,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly log: string },
): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', openSync(options.log, 'a', 0o600)],
    detached: true, // Ctrl-C is for us: we end it in order.
  });
  scope.own({ close: () => ended(child) });
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  const lines = createInterface({ input: child.stdout! });
  return Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(child, 'exit').then(([code]) => {
      throw new Error(
        `${args.at(-1)} ended with ${String(code)} before it listened: ${readFileSync(options.log, 'utf8')}`,
      );
    }),
  ]);
}
