import type { Context } from '../context.js';
import type { PlaneRequest } from './plane-http.js';

/** Names in lower case, so that what a plugin gives replaces what is given here. */
export function headersOf(
  request: PlaneRequest,
  ctx: Context,
  planeHeaders: Readonly<Record<string, string>> | undefined,
  token: string | undefined,
  scheme = 'Bearer',
): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': 'eucora-hub',
    accept: request.answer === 'bytes' || request.answer === 'text' ? '*/*' : 'application/json',
    'client-request-id': ctx.correlationId,
    'x-correlation-id': ctx.correlationId,
  };
  const type = contentTypeOf(request);
  if (type) headers['content-type'] = type;
  for (const given of [planeHeaders, request.headers]) {
    for (const name in given) headers[name.toLowerCase()] = given[name] as string;
  }
  if (token) headers.authorization = `${scheme} ${token}`;
  return headers;
}

function contentTypeOf({ json, body }: PlaneRequest): string | undefined {
  if (json !== undefined) return 'application/json';
  if (body === undefined) return undefined;
  return typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
