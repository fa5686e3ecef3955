import { EucoraError, type Context, type ErrorCode } from '@eucora/sdk';
import type { PlaneAnswer, PlaneRequest } from '@eucora/sdk/http';
import { classify } from './errors.js';

export const BATCH = '/$batch';

export interface BatchRequest {
  readonly requests: readonly { readonly id: string; readonly method: 'GET'; readonly url: string }[];
}

export interface BatchAnswer<T> {
  readonly status: number;
  readonly body: T;
}

interface Item<T> {
  readonly id: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: T;
}

/** Graph takes no more (documentation, "JSON batching"). */
const MOST = 20;
const MAX_ROUNDS = 5;
const FIRST_WAIT_MS = 1_000;

/**
 * GETs through `$batch`. The envelope is 200 even when items fail, and each item is throttled by itself: those are asked again after
 * the longest time that one of them names. 404 is an answer; what else an item refuses is an error.
 */
export async function inBatches<T>(
  ctx: Context,
  plane: string,
  urls: readonly string[],
  request: <A>(ctx: Context, request: PlaneRequest) => Promise<PlaneAnswer<A>>,
): Promise<readonly BatchAnswer<T>[]> {
  const answers = new Map<number, BatchAnswer<T>>();
  let left = urls.map((url, index) => ({ url, index }));

  for (let round = 1; left.length > 0; round++) {
    const again: typeof left = [];
    let waitMs = FIRST_WAIT_MS * 2 ** (round - 1);
    for (let at = 0; at < left.length; at += MOST) {
      const asked = left.slice(at, at + MOST);
      const items = await ask<T>(ctx, asked, request);
      for (const one of asked) {
        const item = items.get(String(one.index));
        if (item && (item.status < 300 || item.status === 404)) {
          answers.set(one.index, { status: item.status, body: item.body as T });
        } else if (round < MAX_ROUNDS && (!item || item.status === 429 || item.status >= 500)) {
          again.push(one);
          waitMs = Math.max(waitMs, retryAfterMs(item));
        } else {
          throw refused(plane, one.url, item);
        }
      }
    }
    left = again;
    if (left.length > 0) await ctx.sleep(waitMs);
  }
  return urls.map((_, index) => answers.get(index)!);
}

async function ask<T>(
  ctx: Context,
  asked: readonly { readonly url: string; readonly index: number }[],
  request: <A>(ctx: Context, request: PlaneRequest) => Promise<PlaneAnswer<A>>,
): Promise<ReadonlyMap<string, Item<T>>> {
  const json: BatchRequest = { requests: asked.map(({ url, index }) => ({ id: String(index), method: 'GET', url })) };
  const { body } = await request<{ readonly responses?: readonly Item<T>[] }>(ctx, {
    method: 'POST',
    url: BATCH,
    json,
    replayable: true,
    readOnlySafe: true,
    bodyRequired: true,
  });
  return new Map((body.responses ?? []).map((item) => [item.id, item]));
}

/** Seconds, whole or not; absent more often than not. */
function retryAfterMs(item: Item<unknown> | undefined): number {
  const value = Object.entries(item?.headers ?? {}).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

function refused(plane: string, url: string, item: Item<unknown> | undefined): EucoraError {
  const status = item?.status ?? 0;
  const target = url.split('?')[0]!;
  const reading = classify({
    method: 'GET',
    target,
    ...(item ? { status } : {}),
    headers: item?.headers ?? {},
    body: item?.body,
    attempt: 1,
    replayable: true,
  });
  return new EucoraError(reading?.code ?? codeOf(status), {
    what: reading?.what ?? `Graph answered ${status || 'nothing'} to GET ${target} in a batch`,
    ...(reading?.errorClass ? { errorClass: reading.errorClass } : {}),
    ...(reading?.remedy ? { remedy: reading.remedy } : {}),
    details: { plane, method: 'GET', target, status_code: status },
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'PLANE_UNAUTHENTICATED';
  if (status === 403) return 'PLANE_FORBIDDEN';
  if (status === 429) return 'PLANE_THROTTLED';
  return status === 0 || status >= 500 ? 'PLANE_ERROR' : 'PLANE_REJECTED';
}
