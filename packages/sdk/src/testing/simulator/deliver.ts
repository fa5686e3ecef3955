import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer } from './exchange.js';

/** Sends an answer whole. */
export async function deliver(response: ServerResponse, answer: Answer): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (answer.body === undefined || typeof answer.body === 'string' || answer.body instanceof Uint8Array) {
    response.end(answer.body);
    return;
  }
  for await (const piece of answer.body) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

/** Sends the first half of the body and says that this was all. */
export async function deliverCut(response: ServerResponse, answer: Answer): Promise<void> {
  const body = await wholeBody(answer);
  await deliver(response, { ...answer, body: body.subarray(0, Math.floor(body.length / 2)) });
}

/** Sends byte by byte, as long as somebody listens. @param everyMs real milliseconds */
export async function deliverInDrops(response: ServerResponse, answer: Answer, everyMs: number): Promise<void> {
  const body = await wholeBody(answer);
  response.writeHead(answer.status, answer.headers);
  for (let at = 0; at < body.length && !response.destroyed; at++) {
    response.write(body.subarray(at, at + 1));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  response.end();
}

async function wholeBody({ body = '' }: Answer): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body as Uint8Array);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}
