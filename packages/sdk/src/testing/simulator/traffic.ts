import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatorRequest } from './exchange.js';
import { understand } from './receive.js';

/** One request as it came over the wire, a line of JSON in a file of traffic. Credentials are left out. */
export interface TrafficLine {
  readonly simulator: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64; absent without a body and for bodies over {@link MAX_BODY} bytes. */
  readonly body?: string;
}

const MAX_BODY = 64 * 1024;
const CREDENTIALS = new Set(['authorization', 'cookie']);

/**
 * Where simulators write what they are asked, for checks that come later: the folder in `EUCORA_TRAFFIC`, a file for each process
 * and simulator. Without it nothing is written.
 */
export function trafficOf(simulator: string): (request: Omit<TrafficLine, 'simulator' | 'body'>, body: Buffer) => void {
  const folder = process.env.EUCORA_TRAFFIC;
  if (!folder) return () => {};
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${simulator.toLowerCase().replace(/\W+/g, '-')}-${process.pid}.jsonl`);
  return (request, body) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !CREDENTIALS.has(name)));
    const kept = body.length > 0 && body.length <= MAX_BODY ? { body: body.toString('base64') } : {};
    appendFileSync(file, `${JSON.stringify({ simulator, ...request, headers, ...kept })}\n`);
  };
}

/** The request as its simulator understood it. */
export const requestOf = ({ method, target, headers, body = '' }: TrafficLine): SimulatorRequest =>
  understand(method, target, headers, Buffer.from(body, 'base64'));
