import { EucoraError, type Context } from '@eucora/sdk';
import { planeHttp, type PlaneAnswer, type PlaneRequest } from '@eucora/sdk/http';
import { hostsOf, type AnsibleConfig } from './config.js';
import { classify } from './errors.js';
import type { Listing } from './wire.js';

/** AWX as this plugin speaks it. The addresses are in `awx-*.ts` and nowhere else. */
export interface Awx {
  /** A request; AWX's own name for it goes to the log. */
  request<T>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>>;
  /** Every row, in the order of their ids, 200 at a time. Rows that come or go meanwhile move no others. */
  pages<Row extends { readonly id?: number }>(ctx: Context, url: string, query?: Query): AsyncIterable<readonly Row[]>;
  /** How many rows there are, reading one. */
  count(ctx: Context, url: string, query?: Query): Promise<number>;
  close(): void;
}

type Query = NonNullable<PlaneRequest['query']>;

/** More than this AWX cuts down silently (facts file, A5). */
export const PAGE_SIZE = 200;

/** AWX throttles nobody; this keeps one hub from taking all of its web workers. */
const CONNECTIONS = 4;

export function openAwx(config: AnsibleConfig, plane: string): Awx {
  const client = planeHttp({
    plane,
    baseUrl: `${config.url.replace(/\/+$/, '')}${config.apiPrefix}`,
    hosts: hostsOf(config),
    concurrency: CONNECTIONS,
    classify,
    // Read for each request, so that a token that was changed is seen; there is nothing to renew here.
    authorize: { token: (ctx) => ctx.secrets.resolve(config.token) },
  });

  const request = async <T>(ctx: Context, asked: PlaneRequest): Promise<PlaneAnswer<T>> => {
    const answer = await client.request<T>(ctx, asked);
    const id = answer.headers['x-api-request-id'];
    ctx.log.debug(
      { method: asked.method, url: asked.url, status_code: answer.status, x_api_request_id: id },
      'AWX answered',
    );
    return answer;
  };

  const list = async <Row>(ctx: Context, url: string, query: Query): Promise<Listing<Row>> => {
    const { body } = await request<Listing<Row>>(ctx, { method: 'GET', url, query });
    if (!Array.isArray(body?.results)) throw notAwx(`the list ${url} has no "results"`);
    return body;
  };

  return {
    request,
    async *pages<Row extends { readonly id?: number }>(ctx: Context, url: string, query: Query = {}) {
      let after: number | undefined;
      for (;;) {
        const { results, next } = await list<Row>(ctx, url, {
          ...query,
          order_by: 'id',
          page_size: PAGE_SIZE,
          ...(after !== undefined && { id__gt: after }),
        });
        yield results;
        const last = results.at(-1)?.id;
        if (!next || last === undefined) return;
        after = last;
      }
    },
    async count(ctx, url, query = {}) {
      const { count } = await list(ctx, url, { ...query, page_size: 1 });
      if (!Number.isInteger(count)) throw notAwx(`the list ${url} has no "count"`);
      return count;
    },
    close: () => client.close(),
  };
}

/** It was JSON and 2xx, and still not what AWX answers: something in between spoke. */
export const notAwx = (what: string) => new EucoraError('PLANE_ANSWER_INVALID', { what });

/** The id that an answer must carry. */
export function idOf(body: { readonly id?: unknown } | undefined, made: string): number {
  if (!Number.isInteger(body?.id)) throw notAwx(`AWX answered with success and no id for ${made}`);
  return body!.id as number;
}

export async function allOf<Row>(pages: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
