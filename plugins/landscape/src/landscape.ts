import { EucoraError, type Context } from '@eucora/sdk';
import { planeHttp, type PlaneAnswer, type PlaneHttp, type PlaneRequest } from '@eucora/sdk/http';
import { hostsOf, type LandscapeConfig } from './config.js';
import { classify } from './errors.js';
import { canonicalQuery, signed, type Fields } from './signature.js';
import { accessKeyTokens, keysOf } from './token.js';
import type { About, Page } from './wire.js';

/** 2011-08-01 is the version that Canonical's own client sends. */
const API_VERSION = '2011-08-01';
/** No limit is documented; activities and packages are made in one database, so we stay modest. */
const CONCURRENCY = 4;
const ATTEMPTS = 5;
/** The package archive came with this version and took the place of pockets. */
const WITH_ARCHIVE = [26, 4] as const;

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A legacy answer, or the code of a refusal that the caller can live with. */
export interface LegacyAnswer<T> {
  readonly body: T;
  readonly refused?: string;
}

/** Landscape as this plugin speaks it: three surfaces, one host. The addresses are in `landscape-*.ts` and nowhere else. */
export interface Landscape {
  /** One action of the legacy API. Always a POST form: what changes state by GET was a hole that 26.04 closed. */
  read<T>(ctx: Context, action: string, parameters?: Parameters): Promise<T>;
  /** Reading, where refusals with these codes are answers. */
  readOr<T>(ctx: Context, codes: readonly string[], action: string, parameters?: Parameters): Promise<LegacyAnswer<T>>;
  /** Never repeated by the client. */
  change<T>(ctx: Context, action: string, parameters: Parameters): Promise<T>;
  /** REST v2 and the package archive. */
  request<T>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>>;
  pages<T>(ctx: Context, url: string, query: PlaneRequest['query']): AsyncIterable<readonly T[]>;
  /** As the server calls itself: `26.04.1`. Asked once for each connection. */
  version(ctx: Context): Promise<string>;
  hasArchive(ctx: Context): Promise<boolean>;
  /** A published `Packages` index; no credential goes there. Nothing where there is none yet. */
  index(ctx: Context, url: string): Promise<string | undefined>;
  close(): void;
}

/** @param ca PEM of the authority behind a self-hosted server */
export function openLandscape(config: LandscapeConfig, plane: string, ca?: string): Landscape {
  const hosts = hostsOf(config);
  const base = { plane, hosts, baseUrl: config.url, classify, ...(ca !== undefined && { tls: { ca } }) };
  const login = planeHttp({ ...base, maxAttempts: ATTEMPTS });
  const client = planeHttp({
    ...base,
    authorize: accessKeyTokens(config, login),
    concurrency: CONCURRENCY,
    maxAttempts: ATTEMPTS,
  });
  const mirrors = new Map<string, PlaneHttp>();
  let about: string | undefined;

  const legacy = async <T>(ctx: Context, action: string, given: Parameters, how: Partial<PlaneRequest>) => {
    const url = new URL(`${config.url.replace(/\/+$/, '')}/api/`);
    const fields = { ...toFields(given), action, version: API_VERSION };
    const bySignature = config.legacyAuth === 'signature';
    const sent = bySignature ? signed('POST', url, fields, await keysOf(ctx, config), ctx.now()) : fields;
    return client.request<T>(ctx, {
      method: 'POST',
      url: '/api/',
      body: canonicalQuery(sent),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      bodyRequired: true,
      ...(bySignature && { anonymous: true }),
      ...how,
    });
  };
  const reading = { readOnlySafe: true, replayable: true };

  const version = async (ctx: Context): Promise<string> => {
    if (about !== undefined) return about;
    const { body } = await client.request<About>(ctx, { method: 'GET', url: '/api/v2/about', anonymous: true });
    if (typeof body.package_version !== 'string') throw notLandscape('/api/v2/about has no package_version');
    return (about = body.package_version);
  };

  return {
    read: async (ctx, action, parameters = {}) => (await legacy<never>(ctx, action, parameters, reading)).body,
    async readOr<T>(ctx: Context, codes: readonly string[], action: string, parameters: Parameters = {}) {
      const { status, body } = await legacy<T>(ctx, action, parameters, { ...reading, accept: [400] });
      if (status !== 400) return { body };
      const refused = String((body as { error?: unknown } | undefined)?.error);
      if (codes.includes(refused)) return { body, refused };
      return { body: (await legacy<T>(ctx, action, parameters, reading)).body };
    },
    change: async (ctx, action, parameters) => (await legacy<never>(ctx, action, parameters, {})).body,
    request: (ctx, asked) => client.request(ctx, asked),
    async *pages<T>(ctx: Context, url: string, first: PlaneRequest['query']) {
      let query = first;
      for (;;) {
        const { body }: PlaneAnswer<Page<T>> = await client.request<Page<T>>(ctx, { method: 'GET', url, query });
        if (!Array.isArray(body.results)) throw notLandscape(`a page of ${url} has no "results"`);
        yield body.results;
        const next = body.next ? new URL(body.next, config.url).searchParams : undefined;
        if (!next || body.results.length === 0) return;
        // The documented link leaves out what was asked; followed as it is, the second page would be of all machines.
        query = { ...first, ...Object.fromEntries(next) };
      }
    },
    version,
    hasArchive: async (ctx) => isFrom(WITH_ARCHIVE, await version(ctx)),
    async index(ctx, url) {
      const { origin } = new URL(url);
      const http = mirrors.get(origin) ?? planeHttp({ plane, hosts, baseUrl: origin, maxAttempts: ATTEMPTS });
      mirrors.set(origin, http);
      const { status, body } = await http.request<string>(ctx, { method: 'GET', url, answer: 'text', accept: [404] });
      return status === 404 ? undefined : body;
    },
    close() {
      for (const opened of [client, login, ...mirrors.values()]) opened.close();
    },
  };
}

/** Lists as `name.1`, `name.2`; the numbers are wanted even for one. */
function toFields(parameters: Parameters): Fields {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) value.forEach((one, at) => (fields[`${name}.${at + 1}`] = String(one)));
    else fields[name] = String(value);
  }
  return fields;
}

/** Year and month: `25.10`, `26.04.1`, `26.04~beta.3-0ubuntu1`. */
function isFrom([year, month]: readonly [number, number], version: string): boolean {
  const found = /^(\d+)\.(\d+)/.exec(version);
  if (!found) throw notLandscape(`Landscape calls itself "${version}", which is no version`);
  return Number(found[1]) * 100 + Number(found[2]) >= year * 100 + month;
}

/** It was JSON and 2xx, and still not what Landscape answers: something in between spoke. */
export const notLandscape = (what: string) => new EucoraError('PLANE_ANSWER_INVALID', { what });

/** A list that must be one. */
export function listOf<T>(value: unknown, what: string): readonly T[] {
  if (!Array.isArray(value)) throw notLandscape(`${what} should be a list`);
  return value as readonly T[];
}
