import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { run } from '../src/index.js';
import { TOKEN } from './small-host.js';

export interface Heard {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was on stdout, as the one document that it must be. */
  json(): Record<string, unknown>;
}

export interface Setting {
  readonly url?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A person is looking. */
  readonly tty?: boolean;
  /** Called with what is said on stderr, as it is said; `interrupt` is Ctrl-C. */
  readonly onError?: (said: string, interrupt: () => void) => Promise<void>;
  /** Called in place of every wait; `interrupt` is Ctrl-C. */
  readonly onSleep?: (interrupt: () => void) => void | Promise<void>;
}

/** The command, as a process would run it, with no time passing while it waits. */
export async function eucora(args: readonly string[], setting: Setting = {}): Promise<Heard> {
  const out = listen(setting.tty);
  const listeners = new Set<(signal: 'SIGINT') => void>();
  const interrupt = () => listeners.forEach((listener) => listener('SIGINT'));
  const done: Promise<void>[] = [];
  const err = listen(setting.tty, (said) => void (setting.onError && done.push(setting.onError(said, interrupt))));
  const code = await run(args, {
    stdout: out.stream,
    stderr: err.stream,
    env: { EUCORA_TOKEN: TOKEN, ...(setting.url ? { EUCORA_URL: setting.url } : {}), ...setting.env },
    cwd: setting.cwd ?? tmpdir(),
    async sleep() {
      await setting.onSleep?.(interrupt);
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  await Promise.all(done);
  return {
    code,
    out: out.text(),
    err: err.text(),
    json: () => JSON.parse(out.text()) as Record<string, unknown>,
  };
}

function listen(isTTY = false, hear: (said: string) => void = () => undefined) {
  let heard = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      heard += chunk.toString();
      hear(chunk.toString());
      done();
    },
  });
  const terminal = { isTTY, clearLine() {}, cursorTo() {}, moveCursor() {} };
  return { stream: Object.assign(stream, terminal), text: () => heard };
}
