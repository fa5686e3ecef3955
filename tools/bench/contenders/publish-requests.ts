import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { openLine } from './http-line.js';
import { ids } from './ids.js';
import { publishBody } from './publish-body.js';

export interface PublishRequestSettings {
  readonly url: string;
  readonly path: string;
  /** Bearer tokens, one a client; the naive way has none. */
  readonly tokens?: readonly string[];
  readonly clients: number;
  readonly seed: number;
}

/** Clients that publish over HTTP, each request with an id of its own; anything but 202 is a failure. */
export async function prepare({ url, path, tokens, clients, seed }: PublishRequestSettings): Promise<Contender> {
  const nextId = ids(seed);
  const lines = await Promise.all(Array.from({ length: clients }, () => openLine(url)));
  const authorization = lines.map((_, client) => (tokens ? `Authorization: Bearer ${tokens[client]}\r\n` : ''));

  const publish = async (client: number) => {
    const id = nextId();
    const answer = await lines[client]!.ask(
      'POST',
      path,
      `${authorization[client]}Idempotency-Key: ${id}\r\n`,
      publishBody(id),
    );
    if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.body.toString('utf8')}`);
    return 1;
  };
  return {
    slice: (ms) => callers(clients, ms, publish),
    close: async () => lines.forEach((line) => line.close()),
  };
}
