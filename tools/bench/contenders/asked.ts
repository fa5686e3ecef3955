import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { openLine } from './http-line.js';

export interface AskedSettings {
  readonly url: string;
  readonly path: string;
  readonly tokens?: readonly string[];
  readonly clients: number;
}

/** Clients that ask for one thing over and over; anything but 200 is a failure. */
export async function prepare({ url, path, tokens, clients }: AskedSettings): Promise<Contender> {
  const lines = await Promise.all(Array.from({ length: clients }, () => openLine(url)));
  const headers = lines.map((_, client) => (tokens ? `Authorization: Bearer ${tokens[client]}\r\n` : ''));
  const ask = async (client: number) => {
    const { status, body } = await lines[client]!.ask('GET', path, headers[client]!);
    if (status !== 200) throw new Error(`${status}: ${body.toString('utf8')}`);
    return 1;
  };
  return {
    slice: (ms) => callers(clients, ms, ask),
    close: async () => lines.forEach((line) => line.close()),
  };
}
