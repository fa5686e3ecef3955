import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSync } from 'node:fs';

export interface Running {
  readonly process: ChildProcess;
  /** The first line that it printed. */
  readonly firstLine: string;
  /** Asks it to end, and waits until it has. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts a Node program and waits for its first line: by convention it then listens. Its log goes to a file. */
export async function start(
  name: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly logFile: string },
): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', openSync(options.logFile, 'a', 0o600)],
    detached: true, // Ctrl-C is for the demo, which then ends the others in order.
  });
  const lines = createInterface({ input: child.stdout! });
  const firstLine = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with code ${String(code)} before it listened; its log is ${options.logFile}`);
    }),
  ]);
  return {
    process: child,
    firstLine,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}
