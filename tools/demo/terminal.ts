import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { styleText } from 'node:util';

const CLI = resolve('packages/cli/bin/eucora.mjs');

/** What happens next, for whoever watches. */
export const chapter = (title: string): void => void process.stdout.write(`\n${styleText('bold', `== ${title}`)}\n`);
export const remark = (text: string): void => void process.stdout.write(`${styleText('dim', text)}\n`);

/** The demo ends where something is not as promised: a demo that goes on would be a lie. */
export function expect(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`the demo expected this and did not see it: ${promise}`);
  process.stdout.write(`${styleText('green', '✓')} ${promise}\n`);
}

export interface Typed {
  readonly code: number;
  readonly stdout: string;
}

/** Types `eucora …` in the demo's folder, as its reader would. @param show false: for looking, not for showing */
export function typing(cwd: string, env: NodeJS.ProcessEnv, stopping: AbortSignal) {
  return (args: readonly string[], { show = true } = {}): Promise<Typed> =>
    new Promise((done, fail) => {
      if (show) process.stdout.write(`${styleText('cyan', `$ eucora ${args.map(quoted).join(' ')}`)}\n`);
      const child = spawn(process.execPath, [CLI, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const stop = () => child.kill('SIGTERM');
      stopping.addEventListener('abort', stop, { once: true });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (show) process.stdout.write(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => show && process.stdout.write(chunk));
      child.once('error', fail);
      child.once('close', (code) => {
        stopping.removeEventListener('abort', stop);
        if (stopping.aborted) fail(stopping.reason as Error);
        else done({ code: code ?? 1, stdout });
      });
    });
}

const quoted = (word: string): string => (/^[\w@./:=-]+$/.test(word) ? word : `"${word}"`);
