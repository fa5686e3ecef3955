import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface HostProcess {
  readonly home: string;
  /** It will die there, see `host-process.mjs`. */
  dieAt(moment: string): Promise<void>;
  readonly child: ChildProcess;
  /** Resolves with the signal when it has ended. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  request<Body>(method: string, path: string, body?: object): Promise<{ status: number; body: Body }>;
  upload(path: string, bytes: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the built host in a process of its own on the given folder. */
export async function startHostProcess(home: string): Promise<HostProcess> {
  const child = spawn(process.execPath, [resolve('tools/crash/host-process.mjs')], {
    cwd: home,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      EUCORA_DATA_DIR: join(home, 'data'),
      EUCORA_PORT: '0',
      EUCORA_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number | null);
  const lines = createInterface({ input: child.stdout! });
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    ended.then((how) => {
      throw new Error(`the host ended (${how}) before it listened`);
    }),
  ]);
  const token = (await readFile(join(home, 'data', 'token'), 'utf8')).trim();

  return {
    home,
    child,
    ended,
    async request(method, path, body) {
      const key = (body as { correlation_id?: string } | undefined)?.correlation_id;
      const answer = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(key && { 'idempotency-key': key }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as never };
    },
    async dieAt(moment) {
      child.send(moment);
      await once(child, 'message');
    },
    async upload(path, bytes) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
      const answer = await fetch(new URL(path, url), { method: 'PUT', headers, body: Buffer.from(bytes) });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks until the answer is as hoped; the bound only ends a test that hangs. */
export async function until<Value>(ask: () => Promise<Value>, hoped: (value: Value) => boolean): Promise<Value> {
  for (let turn = 0; ; turn++) {
    const value = await ask();
    if (hoped(value)) return value;
    if (turn > 1_200) throw new Error(`it did not come to pass; last seen: ${JSON.stringify(value).slice(0, 2_000)}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
