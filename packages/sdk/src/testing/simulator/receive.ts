import type { IncomingMessage } from 'node:http';
import type { SimulatorRequest } from './exchange.js';

/** What came in is not what its content type says. */
export class MalformedBody extends Error {}

const isJson = (contentType: string) => /^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType);
const isForm = (contentType: string) => /^application\/x-www-form-urlencoded\b/i.test(contentType);

/** Reads the body of a request to its end. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export function understand(
  method: string,
  target: string,
  headers: SimulatorRequest['headers'],
  bytes: Buffer,
): SimulatorRequest {
  const queryAt = target.indexOf('?');
  const contentType = headers['content-type'] ?? '';
  return {
    method: method.toUpperCase(),
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: queryAt < 0 ? {} : Object.fromEntries(new URLSearchParams(target.slice(queryAt + 1))),
    headers,
    body: bytes.length === 0 ? undefined : isJson(contentType) ? parsed(bytes) : bytes,
    ...(isForm(contentType) && { form: new URLSearchParams(bytes.toString('utf8')) }),
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new MalformedBody((cause as Error).message, { cause });
  }
}
