import { EucoraError, isEucoraError, type Context } from '@eucora/sdk';
import { planeHttp, type PlaneAnswer, type PlaneRequest } from '@eucora/sdk/http';
import { hostsOf, type JamfConfig } from './config.js';
import { cookieJars } from './cookies.js';
import { classify, notJamf } from './errors.js';
import { clientTokens } from './token.js';
import { readXml, writeXml, type XmlElement } from './xml.js';

/** Jamf Pro as this plugin speaks it. The addresses are in `jamf-*.ts` and nowhere else. */
export interface Jamf {
  /** The Pro API, below `/api`: JSON both ways. Also the Classic API where it is read as JSON. */
  request<T>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>>;
  /** Every row, in pages. */
  pages<T>(ctx: Context, url: string, query: PlaneRequest['query']): AsyncIterable<readonly T[]>;
  /** Reads an object of the Classic API as XML. Nothing where Jamf does not know it, or not yet. */
  read(ctx: Context, url: string, root: string): Promise<XmlElement | undefined>;
  /** Writes an object of the Classic API, which takes XML only. @returns the id that it answers with */
  write(ctx: Context, method: 'POST' | 'PUT', url: string, root: string, content: XmlElement): Promise<string>;
  close(): void;
}

/** Jamf asks for no more connections than this (facts file, 2.3), and enforces nothing. */
const CONNECTIONS = 5;
/** An answer that broke off is asked for again, this often. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 500;

interface Page<T> {
  readonly totalCount: number;
  readonly results: readonly T[];
}

export function openJamf(config: JamfConfig, plane: string): Jamf {
  const cookies = cookieJars(config.consistencyMs);
  const http = planeHttp({
    plane,
    baseUrl: config.url,
    hosts: hostsOf(config),
    classify,
    authorize: clientTokens(config, () => http),
    concurrency: CONNECTIONS,
    deadlineMs: config.deadlineMs,
  });

  const request = async <T>(ctx: Context, asked: PlaneRequest): Promise<PlaneAnswer<T>> => {
    const answer = await http.request<T>(ctx, { ...asked, headers: { ...cookies.of(ctx), ...asked.headers } });
    cookies.take(ctx, answer.headers['set-cookie'], asked.method !== 'GET');
    return answer;
  };

  const readOnce = async (ctx: Context, url: string, root: string) => {
    const { status, body } = await request<string | undefined>(ctx, {
      method: 'GET',
      url,
      headers: { accept: 'application/xml' },
      answer: 'text',
      accept: [404],
    });
    if (status === 404) return undefined;
    return understood(plane, 'GET', url, () => readXml(body ?? '', root));
  };

  return {
    request,

    /** Counted, not guessed from a short page: Jamf shortens pages without a word. */
    async *pages<T>(ctx: Context, url: string, query: PlaneRequest['query']) {
      let seen = 0;
      for (let page = 0; ; page++) {
        const { body } = await request<Page<T>>(ctx, {
          method: 'GET',
          url,
          query: { page, 'page-size': config.pageSize, ...query },
        });
        const { totalCount, results } = body ?? {};
        if (typeof totalCount !== 'number' || !Array.isArray(results)) {
          throw notJamf(`page ${page} of ${url} has no totalCount and results`);
        }
        if (results.length > 0) yield results;
        seen += results.length;
        if (seen >= totalCount) return;
        if (results.length === 0) throw notJamf(`${url} promised ${totalCount} rows and ended after ${seen}`);
      }
    },

    async read(ctx, url, root) {
      for (let look = 1; ; look++) {
        try {
          return await readOnce(ctx, url, root);
        } catch (cause) {
          if (look === LOOKS || !isEucoraError(cause) || cause.code !== 'PLANE_ANSWER_INVALID') throw cause;
          await ctx.sleep(LOOK_AGAIN_MS * look);
        }
      }
    },

    async write(ctx, method, url, root, content) {
      const { body } = await request<string>(ctx, {
        method,
        url,
        body: writeXml(root, content),
        headers: { 'content-type': 'application/xml', accept: 'application/xml' },
        answer: 'text',
        replayable: method === 'PUT',
      });
      return understood(plane, method, url, () => idOf(readXml(body, root), `${method} ${url}`));
    },

    close: () => http.close(),
  };
}

/** Where success was said of a write and cannot be read, it may have been done. */
function understood<T>(plane: string, method: string, target: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isEucoraError(cause)) throw cause;
    throw new EucoraError(cause.code, {
      what: cause.message,
      details: { plane, method, target, ...(method !== 'GET' && { outcome: 'unknown' }) },
      cause,
    });
  }
}

/** The id that an answer must carry; the Pro API writes it as text, the Classic API as a number. */
export function idOf({ id }: { readonly id?: unknown }, made: string): string {
  if ((typeof id !== 'string' && typeof id !== 'number') || String(id) === '') {
    throw notJamf(`Jamf Pro answered with success and no id to ${made}`);
  }
  return String(id);
}
