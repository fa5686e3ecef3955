import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What is measured. It lives in a process of its own, see `contender-process.mjs`, so that no other can slow it down. */
export interface Contender {
  /** Works for about so long. */
  slice(ms: number): Promise<Slice>;
  close(): Promise<void>;
}

export interface Slice {
  /** Units of work that were done. */
  readonly done: number;
  /** Milliseconds that they took. */
  readonly ms: number;
}

/** A contender in its process, seen from here. */
export interface Running {
  slice(ms: number): Promise<Slice>;
  close(): Promise<void>;
}

/** What the two processes say to each other. */
export interface Order {
  readonly slice?: number;
}
export type Reply = { readonly slice: Slice } | { readonly failed: string } | { readonly ready: true };

const ENTRY = new URL('./contender-process.mjs', import.meta.url);

/**
 * Starts `contenders/<name>.ts` and waits until it is ready. A name that ends in `.mjs` is a contender whose memory counts: its process has
 * no TypeScript in it.
 *
 * @param settings plain JSON, for its `prepare`
 * @param nodeArgs further arguments of Node, for a profile
 */
export async function startContender(
  name: string,
  settings: object,
  nodeArgs: readonly string[] = [],
): Promise<Running> {
  const isPlain = name.endsWith('.mjs');
  const child = fork(ENTRY, [isPlain ? name : `${name}.ts`, JSON.stringify(settings)], {
    execArgv: [...(isPlain ? [] : process.execArgv), ...nodeArgs],
  });
  await reply(child);
  return {
    async slice(ms) {
      child.send({ slice: ms } satisfies Order);
      const answer = await reply(child);
      if (!('slice' in answer)) throw new Error(`${name} answered out of turn`);
      return answer.slice;
    },
    close: () => ended(child),
  };
}

async function reply(child: ChildProcess): Promise<Reply> {
  const waiting = new AbortController();
  const answer = await Promise.race([
    once(child, 'message', waiting).then(([message]) => message as Reply),
    once(child, 'exit', waiting).then(([code, signal]): Reply => ({
      failed: `ended with ${String(code ?? signal)} before it answered`,
    })),
  ]).finally(() => waiting.abort());
  if ('failed' in answer) throw new Error(`${child.spawnargs.at(-2)}: ${answer.failed}`);
  return answer;
}

/** Milliseconds in which a process may put its things away and write its profile. */
const FAREWELL_MS = 20_000;

/** Asks the process to end, and ends it when it does not listen. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  const impatience = setTimeout(() => child.kill('SIGKILL'), FAREWELL_MS);
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  await exit;
  clearTimeout(impatience);
}
