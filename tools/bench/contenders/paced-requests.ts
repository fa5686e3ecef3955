import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contender.js';
import { openLine, type HttpLine } from './http-line.js';
import { ids } from './ids.js';
import { publishBody } from './publish-body.js';

export interface PacedSettings {
  readonly url: string;
  readonly path: string;
  /** Dealt out to the connections; without them nobody signs in. */
  readonly tokens?: readonly string[];
  readonly connections: number;
  /** Requests a second, of all connections together. */
  readonly rate: number;
  readonly seed: number;
  /** Where the percentiles of each slice are written to, in milliseconds. */
  readonly percentilesFile: string;
}

/**
 * So many requests a second over connections that are new in each slice, all of them at the same instant, as if their users waited for the
 * clock to strike. A request that has to wait for its connection has waited since then. A slice is one unit that takes as long as the 99th
 * percentile.
 */
export async function prepare({
  url,
  path,
  tokens,
  connections,
  rate,
  seed,
  percentilesFile,
}: PacedSettings): Promise<Contender> {
  const nextId = ids(seed);
  return {
    async slice(ms) {
      const lines: (Promise<HttpLine> | undefined)[] = [];
      const free: Promise<unknown>[] = [];
      const took: number[] = [];
      const ask = async (client: number, due: number) => {
        const line = await (lines[client] ??= openLine(url));
        const id = nextId();
        const authorization = tokens ? `Authorization: Bearer ${tokens[client % tokens.length]}\r\n` : '';
        const headers = `${authorization}Idempotency-Key: ${id}\r\n`;
        const { status, body } = await line.ask('POST', path, headers, publishBody(id));
        if (status >= 300) throw new Error(`${status}: ${body.toString('utf8')}`);
        took.push(performance.now() - due);
      };
      const everyMs = (1_000 * connections) / rate;
      for (let due = performance.now(), end = due + ms; due < end; due += everyMs) {
        if (due > performance.now()) await sleep(due - performance.now());
        for (let client = 0; client < connections; client++)
          free[client] = (free[client] ?? Promise.resolve()).then(() => ask(client, due));
      }
      await Promise.all(free);
      for (const line of lines) (await line)?.close();
      took.sort((a, b) => a - b);
      const [p95, p99] = [took[Math.floor(took.length * 0.95)]!, took[Math.floor(took.length * 0.99)]!];
      await appendFile(percentilesFile, `${p95} ${p99}\n`);
      return { done: 1, ms: p99 };
    },
    close: async () => undefined,
  };
}
