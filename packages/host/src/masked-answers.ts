import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KnownSecrets } from './secrets.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The same handler; no known secret goes out in an answer that is text and goes out in one piece, which JSON, problems and figures
 * do. Streams are stored bytes (artifacts, evidence), which are to arrive as they are.
 */
export const maskedAnswers =
  (handler: Handler, known: Pick<KnownSecrets, 'mask'>): Handler =>
  (request, response) => {
    const end = response.end.bind(response) as (...given: readonly unknown[]) => ServerResponse;
    response.end = (...given: readonly unknown[]) => {
      const [body, ...rest] = given;
      return end(isBody(body) && !response.headersSent ? masked(response, body, known) : body, ...rest);
    };
    return handler(request, response);
  };

const isBody = (given: unknown): given is string | Buffer => typeof given === 'string' || Buffer.isBuffer(given);

function masked(response: ServerResponse, body: string | Buffer, known: Pick<KnownSecrets, 'mask'>): string | Buffer {
  if (!/json|text|yaml/.test(String(response.getHeader('content-type')))) return body;
  const text = body.toString();
  const safe = known.mask(text);
  if (safe === text) return body;
  if (response.hasHeader('content-length')) response.setHeader('content-length', Buffer.byteLength(safe));
  return safe;
}
