import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startSmallHost, type Route, type SmallHost } from './small-host.js';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** What a test may ask for; all of it is gone after the test. Call it inside a `describe`. */
export function given() {
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    /** A process that does not outlive the test, whatever becomes of it. */
    whileTesting(started: ChildProcess): void {
      endings.push(async () => {
        started.stdin?.destroy();
        started.kill('SIGKILL');
      });
    },
    /** Also ends with the test; last begun, first ended. */
    endWith: (end: () => Promise<void>) => void endings.push(end),
    /** @param open whoever asks is answered, as the routes see fit */
    async host(routes: Readonly<Record<string, Route>>, port = 0, open = false): Promise<SmallHost> {
      const host = await startSmallHost(routes, port, open);
      endings.push(() => host.close());
      return host;
    },
    async folder(files: Files): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'eucora-cli-'));
      endings.push(() => rm(folder, { recursive: true, force: true }));
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return folder;
    },
  };
}
