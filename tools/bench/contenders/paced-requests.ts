import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contender.js';
import { openLine, type HttpLine } from './http-line.js';
import { ids } from './ids.js';
import { publishBody } from './publish-body.js';

export interface PacedSettings {
  readonly url: string;
  readonly path: string;
  /** One a connection; without them nobody signs in. */
  readonly tokens?: readonly string[];
  readonly connections: number;
  /** Requests a second, of all connections together. */
  readonly rate: number;
  readonly seed: number;
}

/** Milliseconds: what SPEC section 7 asks for, at the slowest. */
const SLOWEST = { p95: 500, p99: 1_000 };

/**
 * So many requests a second over connections that are new in each slice, come what may: a request that has to wait for its connection has
 * waited since its turn came. A slice is one unit that takes as long as the 99th percentile.
 */
export async function prepare({ url, path, tokens, connections, rate, seed }: PacedSettings): Promise<Contender> {
  const nextId = ids(seed);
  return {
    async slice(ms) {
      const lines: (Promise<HttpLine> | undefined)[] = [];
      const free: Promise<unknown>[] = [];
      const took: number[] = [];
      const began = performance.now();
      const count = Math.round((rate * ms) / 1_000);
      const ask = async (client: number, due: number) => {
        const line = await (lines[client] ??= openLine(url));
        const id = nextId();
        const authorization = tokens ? `Authorization: Bearer ${tokens[client]}\r\n` : '';
        const { status, body } = await line.ask(
          'POST',
          path,
          `${authorization}Idempotency-Key: ${id}\r\n`,
          publishBody(id),
        );
        if (status >= 300) throw new Error(`${status}: ${body.toString('utf8')}`);
        took.push(performance.now() - due);
      };
      for (let at = 0; at < count; at++) {
        const due = began + (at * 1_000) / rate;
        if (due - performance.now() > 1) await sleep(due - performance.now());
        const client = at % connections;
        free[client] = (free[client] ?? Promise.resolve()).then(() => ask(client, due));
      }
      await Promise.all(free);
      for (const line of lines) (await line)?.close();
      took.sort((a, b) => a - b);
      const [p95, p99] = [took[Math.floor(took.length * 0.95)]!, took[Math.floor(took.length * 0.99)]!];
      if (p95 > SLOWEST.p95 || p99 > SLOWEST.p99)
        throw new Error(`p95 is ${p95.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`);
      return { done: 1, ms: p99 };
    },
    close: async () => undefined,
  };
}
