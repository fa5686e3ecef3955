import type { Context } from '@eucora/sdk';
import { planeHttp, type PlaneRequest } from '@eucora/sdk/http';
import { hostsOf, type SccmConfig } from './config.js';
import { classify, failedInside, hasCode, notAdminService, notDone, readComplaint } from './errors.js';
import { readFeatures, type Features } from './metadata.js';
import type { Negotiator } from './negotiate.js';
import { negotiatorFor, spnOf } from './open-negotiator.js';
import { all, keyOf } from './odata.js';
import type { Envelope } from './wire.js';

export interface ListQuery {
  readonly filter?: string;
  readonly select?: readonly string[];
  readonly top?: number;
}

/** AdminService as this plugin speaks it. Addresses are here and in `admin-service-*.ts`, and nowhere else. */
export interface AdminService {
  /** What the site's `$metadata` says is there; read once. */
  features(ctx: Context): Promise<Features>;
  /** One page, in no particular order. Lazy properties are null in it. */
  list<Row>(ctx: Context, wmiClass: string, query: ListQuery): Promise<readonly Row[]>;
  /**
   * Every page in the order of a numeric key, each asked for by where the last one ended, so that no row slips between two. A page
   * shorter than it was asked for is the last.
   */
  pages<Row>(
    ctx: Context,
    wmiClass: string,
    query: ListQuery & { readonly key: keyof Row & string },
  ): AsyncIterable<readonly Row[]>;
  /** With its lazy properties; nothing when it is not there. */
  get<Row>(ctx: Context, wmiClass: string, key: string | number): Promise<Row | undefined>;
  /** Never repeated by the client. The whole object as SCCM made it. */
  create<Row extends object>(ctx: Context, wmiClass: string, fields: object): Promise<Row>;
  /** Deleting what is not there is done already. */
  remove(ctx: Context, wmiClass: string, key: number): Promise<void>;
  /** A method of one object. @param how.replayable the site's state is the same after twice as after once */
  call(ctx: Context, target: string, fields: object, how?: { readonly replayable?: boolean }): Promise<void>;
  /** A static function without parameters. */
  ask<Answer>(ctx: Context, name: string): Promise<Answer>;
  close(): Promise<void>;
}

/** @param authority PEM of the authority behind the provider's certificate, where the machine does not know it */
export function openAdminService(
  config: SccmConfig,
  plane: string,
  authority?: string,
  negotiator: Negotiator = negotiatorFor(config),
): AdminService {
  const spn = spnOf(config.adminServiceUrl);
  const client = planeHttp({
    plane,
    baseUrl: config.adminServiceUrl,
    hosts: hostsOf(config),
    classify,
    authorize: { scheme: 'Negotiate', token: (ctx) => negotiator.proof(ctx, spn) },
    concurrency: config.concurrency,
    deadlineMs: config.requestTimeoutMs,
    ...(authority !== undefined && { tls: { ca: authority } }),
  });
  let features: Promise<Features> | undefined;

  const answer = async <T>(ctx: Context, asked: PlaneRequest): Promise<T> => {
    const { body } = await client.request<T>(ctx, asked);
    const complaint = readComplaint(body);
    if (complaint !== undefined) throw failedInside(`${asked.method} ${asked.url}`, complaint);
    return body;
  };

  /** All that belongs to the answer; a service that cuts it into pages says where the next one is. */
  const rows = async <Row>(ctx: Context, url: string, query: PlaneRequest['query'] = {}): Promise<readonly Row[]> => {
    const found: Row[] = [];
    let next: PlaneRequest | undefined = { method: 'GET', url, query };
    while (next) {
      const body: Envelope<Row> = await answer<Envelope<Row>>(ctx, next);
      if (!Array.isArray(body?.value)) throw notAdminService(`the answer to ${url} has no list in "value"`);
      found.push(...(body.value as readonly Row[]));
      const link: string | undefined = body['@odata.nextLink'];
      next = link === undefined ? undefined : { method: 'GET', url: link };
    }
    return found;
  };

  const list = <Row>(ctx: Context, wmiClass: string, { filter, select, top }: ListQuery, orderby?: string) =>
    rows<Row>(ctx, `/wmi/${wmiClass}`, {
      $filter: filter || undefined,
      $select: select?.join(','),
      $orderby: orderby,
      $top: top,
    });

  return {
    features(ctx) {
      const read = async () => {
        const { body } = await client.request<string>(ctx, { method: 'GET', url: '/wmi/$metadata', answer: 'text' });
        return readFeatures(body);
      };
      features ??= read().catch((cause: unknown) => {
        features = undefined;
        throw cause;
      });
      return features;
    },
    list,
    async *pages<Row>(ctx: Context, wmiClass: string, query: ListQuery & { readonly key: keyof Row & string }) {
      const top = query.top ?? config.pageSize;
      let last: number | undefined;
      for (;;) {
        const after = last === undefined ? undefined : `${query.key} gt ${last}`;
        const page = await list<Row>(ctx, wmiClass, { ...query, top, filter: all(query.filter, after) }, query.key);
        if (page.length > 0) yield page;
        if (page.length < top) return;
        const next: unknown = page.at(-1)![query.key];
        if (typeof next !== 'number' || next === last)
          throw notAdminService(`${wmiClass} is not in the order of ${query.key}`);
        last = next;
      }
    },
    async get<Row>(ctx: Context, wmiClass: string, key: string | number) {
      const address = `/wmi/${wmiClass}${typeof key === 'number' ? `(${key})` : keyOf(key)}`;
      try {
        return (await rows<Row>(ctx, address))[0];
      } catch (cause) {
        if (hasCode(cause, 'PLANE_OBJECT_MISSING')) return undefined;
        throw cause;
      }
    },
    create: (ctx, wmiClass, fields) =>
      answer(ctx, { method: 'POST', url: `/wmi/${wmiClass}`, json: fields, bodyRequired: true }),
    async remove(ctx, wmiClass, key) {
      try {
        await answer(ctx, { method: 'DELETE', url: `/wmi/${wmiClass}(${key})`, replayable: true });
      } catch (cause) {
        if (!hasCode(cause, 'PLANE_OBJECT_MISSING')) throw cause;
      }
    },
    async call(ctx, target, fields, { replayable = false } = {}) {
      const url = `/wmi/${target}`;
      const result = await answer<{ ReturnValue?: unknown }>(ctx, {
        method: 'POST',
        url,
        json: fields,
        bodyRequired: true,
        replayable,
      });
      if (typeof result?.ReturnValue !== 'number') throw notAdminService(`the answer to ${target} has no ReturnValue`);
      if (result.ReturnValue !== 0) throw notDone(target, result.ReturnValue);
    },
    ask: (ctx, name) => answer(ctx, { method: 'GET', url: `/wmi/${name}` }),
    async close() {
      client.close();
      await negotiator.close();
    },
  };
}

/** How a plan announces a request: `/AdminService/wmi/…`, with the path that the configuration has. */
export const pathBelow = ({ adminServiceUrl }: Pick<SccmConfig, 'adminServiceUrl'>, relative: string): string =>
  `${new URL(adminServiceUrl).pathname.replace(/\/$/, '')}/wmi/${relative}`;
