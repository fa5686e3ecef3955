import { json, route, type Answer, type Exchange, type SimulatorRequest } from '@eucora/sdk/testing';
import { badRequest } from './answers.js';
import type { IntuneTenant } from './state.js';

interface Item {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const BATCH_PATH = '/v1.0/$batch';
const MOST = 20;
const itemsOf = (request: SimulatorRequest): readonly Item[] =>
  (request.body as { requests?: readonly Item[] } | undefined)?.requests ?? [];

/** `$batch`: the envelope is 200 whatever becomes of the items, which are answered in no particular order (here: the last first). */
export const batchRoute = route<IntuneTenant>('POST', BATCH_PATH, batch, {
  unchecked: true,
  reads: (request) => itemsOf(request).every(({ method }) => method === 'GET'),
});

/** The requests of a batch as they would come by themselves. */
export const itemRequests = (request: SimulatorRequest): readonly SimulatorRequest[] =>
  itemsOf(request).map(({ method, url, headers = {}, body }) => {
    const { pathname, searchParams } = new URL(innerUrl(url), 'http://batch');
    return { method, path: pathname, query: Object.fromEntries(searchParams), headers, body };
  });

const innerUrl = (url: string) => `/v1.0/${url.replace(/^\//, '')}`;

async function batch(exchange: Exchange<IntuneTenant>): Promise<Answer> {
  const items = itemsOf(exchange);
  if (items.length === 0 || items.length > MOST) return badRequest(`A batch has 1 to ${MOST} requests.`);
  if (new Set(items.map(({ id }) => id)).size !== items.length) return badRequest('The ids of a batch must be unique.');
  const responses = [];
  for (const { id, method, url, headers, body } of items) {
    const answer = await exchange.dispatch({
      method,
      url: innerUrl(url),
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    });
    const text = typeof answer.body === 'string' ? answer.body : '';
    responses.unshift({
      id,
      status: answer.status,
      headers: answer.headers ?? {},
      ...(text && { body: JSON.parse(text) as unknown }),
    });
  }
  return json(200, { responses });
}
