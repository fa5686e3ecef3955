import { randomUUID } from 'node:crypto';
import { EucoraError, type Context } from '@eucora/sdk';
import { planeHttp, type PlaneAnswer, type PlaneHttp, type PlaneRequest } from '@eucora/sdk/http';
import { BATCH, inBatches, type BatchAnswer, type BatchRequest } from './graph-batch.js';
import { hostsOf, type IntuneConfig } from './config.js';
import { classify, classifyStorage } from './errors.js';
import { pace } from './pace.js';
import { certificateTokens } from './token.js';
import type { Page } from './wire.js';

/** Microsoft Graph as this plugin speaks it. The addresses are in `graph-*.ts` and nowhere else. */
export interface Graph {
  /** A request with a `client-request-id` of its own, which Microsoft asks for in support cases. */
  request<T>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>>;
  /** Every page; `@odata.nextLink` is followed as it is, with the same headers. Pages may be empty. */
  pages<T>(ctx: Context, request: Pick<PlaneRequest, 'url' | 'query' | 'headers'>): AsyncIterable<readonly T[]>;
  /** GETs, twenty to a request; answers in the order asked. */
  batch<T>(ctx: Context, urls: readonly string[]): Promise<readonly BatchAnswer<T>[]>;
  /** Signed addresses of the storage service. No token goes there. */
  readonly storage: PlaneHttp;
  close(): void;
}

/** The quotas of an application in one tenant (Graph documentation, "Intune service limits"): 100 writes, 1,000 requests in 20 s. See also `pace.ts`. */
const QUOTA = [
  { requests: 100, perMs: 20_000, writesOnly: true },
  { requests: 1_000, perMs: 20_000 },
];

/** A block may take so many times as long as another request: lines are slow. */
const BLOCK_PATIENCE = 5;

export function openGraph(config: IntuneConfig, plane: string): Graph {
  const hosts = hostsOf(config);
  const deadlineMs = config.requestTimeoutMs;
  const login = planeHttp({ plane, baseUrl: config.loginUrl, hosts, classify, deadlineMs });
  const client = planeHttp({
    plane,
    baseUrl: config.graphUrl,
    hosts,
    classify,
    authorize: certificateTokens(config, login),
    rate: QUOTA,
    deadlineMs,
  });
  const limits = pace();
  const storage = planeHttp({
    plane,
    baseUrl: config.graphUrl,
    hosts,
    classify: classifyStorage,
    deadlineMs: BLOCK_PATIENCE * deadlineMs,
  });

  const request = async <T>(ctx: Context, asked: PlaneRequest): Promise<PlaneAnswer<T>> => {
    const id = randomUUID();
    await limits.turn(ctx, countedUrls(asked));
    ctx.log.debug({ method: asked.method, url: pathOf(asked.url), client_request_id: id }, 'asking Graph');
    return client.request<T>(ctx, { ...asked, headers: { ...asked.headers, 'client-request-id': id } });
  };

  return {
    request,
    async *pages<T>(ctx: Context, first: Pick<PlaneRequest, 'url' | 'query' | 'headers'>) {
      let next: PlaneRequest | undefined = { method: 'GET', ...first };
      while (next) {
        const { body }: PlaneAnswer<Page<T>> = await request<Page<T>>(ctx, next);
        if (!Array.isArray(body.value)) throw notGraph(`a page of ${pathOf(next.url)} has no "value"`);
        yield body.value;
        const link: string | undefined = body['@odata.nextLink'];
        next = link ? { method: 'GET', url: link, headers: first.headers ?? {} } : undefined;
      }
    },
    batch: (ctx, urls) => inBatches(ctx, plane, urls, request),
    storage,
    close() {
      for (const opened of [client, login, storage]) opened.close();
    },
  };
}

/** A batch counts as what is in it. */
const countedUrls = ({ url, json }: PlaneRequest): readonly string[] =>
  url === BATCH ? (json as BatchRequest).requests.map((item) => item.url) : [url];

const pathOf = (url: string) => url.split('?')[0];

/** It was JSON and 2xx, and still not what Graph answers: something in between spoke. */
export const notGraph = (what: string) => new EucoraError('PLANE_ANSWER_INVALID', { what });

/** The id that an answer must carry. */
export function idOf({ id }: { readonly id?: unknown }, made: string): string {
  if (typeof id !== 'string' || id === '') throw notGraph(`Graph answered with success and no id for ${made}`);
  return id;
}
