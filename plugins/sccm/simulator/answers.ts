import { json, route, send, type Answer, type Exchange, type Route, type RouteOptions } from '@eucora/sdk/testing';
import { BadFilter, compares, parseFilter, type Filter, type Row } from './odata.js';
import type { SccmSite } from './state.js';
import type { World } from './world.js';

export const BASE = '/AdminService/wmi';

/** The service's error body: the code is the status, as a text. */
export const adminError = (status: number, message: string): Answer =>
  json(status, { error: { code: String(status), message } });

/** As the site says it when it means "may not" (MSEndpointMgr/ModernDriverManagement#179). */
export const accessDenied = (): Answer => adminError(404, 'Access denied  WMI QUERY: ');

export const notFound = (what: string): Answer => adminError(404, `${what} was not found.`);

const context = (origin: string, what: string) => `${origin}${BASE}/$metadata#${what}`;

/** Of a create: the whole object. */
export const created = ({ origin }: Exchange, wmiClass: string, etag: string | number, row: Row): Answer =>
  json(201, { '@odata.context': context(origin, `${wmiClass}/$entity`), '@odata.etag': String(etag), ...row });

/** Of a method. */
export const done = ({ origin }: Exchange, returnValue = 0): Answer =>
  json(201, { '@odata.context': context(origin, '__PARAMETERS'), ReturnValue: returnValue });

export const deleted = (): Answer => send(204);

export interface WmiClass<T extends Row> {
  readonly name: string;
  /** Every row, or those that the filter can want. */
  rows(exchange: Exchange<SccmSite>, filter: Filter): readonly T[];
  /** The property that `Class(key)` is about. */
  readonly key?: keyof T & string;
  /** Null in lists. */
  readonly lazy?: readonly (keyof T & string)[];
}

/** The list of a class, and its GET by key, which answers with a list as well. */
export function classRoutes<T extends Row>(
  world: World,
  { name, rows, key, lazy = [] }: WmiClass<T>,
): Route<SccmSite>[] {
  const answerWith = ({ origin }: Exchange, value: readonly Row[], more: object = {}): Answer =>
    json(200, { '@odata.context': context(origin, name), ...more, value });

  const list = guarded(world, name, 'read', (exchange) => {
    const { query, origin, path } = exchange;
    const filter = parseFilter(query.$filter);
    const found = rows(exchange, filter).filter((row) => filter.test(row));
    const ordered = query.$orderby ? inOrder(found, query.$orderby) : found;
    const skip = Number(query.$skip ?? 0);
    const top = Math.min(Number(query.$top ?? Infinity), world.pageSize ?? Infinity);
    const page = ordered.slice(skip, skip + top).map((row) => chosen(withoutLazy(row, lazy), query.$select));
    const isCut = world.pageSize !== undefined && top < Number(query.$top ?? Infinity) && skip + top < ordered.length;
    const next = new URLSearchParams({ ...query, $skip: String(skip + top) });
    return answerWith(exchange, page, isCut ? { '@odata.nextLink': `${origin}${path}?${next.toString()}` } : {});
  });

  const one = guarded(world, name, 'read', (exchange) => {
    const found = rows(exchange, parseFilter(undefined)).find((row) => String(row[key!]) === exchange.params.key);
    return found ? answerWith(exchange, [found]) : notFound(`${name}(${exchange.params.key})`);
  });

  return [
    route('GET', `${BASE}/${name}`, list),
    ...(key ? [route('GET', `${BASE}/${name}('{key}')`, one), route('GET', `${BASE}/${name}({key})`, one)] : []),
  ];
}

/** A write on a class, under its rights. */
export const write = (
  world: World,
  method: string,
  wmiClass: string,
  rest: string,
  handler: (exchange: Exchange<SccmSite>) => Answer,
  options: RouteOptions = {},
): Route<SccmSite> => route(method, `${BASE}/${wmiClass}${rest}`, guarded(world, wmiClass, 'write', handler), options);

function guarded(
  { refusals }: World,
  wmiClass: string,
  how: 'read' | 'write',
  handler: (exchange: Exchange<SccmSite>) => Answer,
): (exchange: Exchange<SccmSite>) => Answer {
  return (exchange) => {
    const refusal = refusals.get(wmiClass);
    if (refusal === 'denied') return accessDenied();
    if (refusal === 'hidden') {
      return how === 'read'
        ? json(200, { '@odata.context': context(exchange.origin, wmiClass), value: [] })
        : adminError(403, 'The user does not have permission for this operation.');
    }
    try {
      return handler(exchange);
    } catch (cause) {
      if (cause instanceof BadFilter) return adminError(400, `Query option is not valid: ${cause.message}`);
      throw cause;
    }
  };
}

const withoutLazy = (row: Row, lazy: readonly string[]): Row =>
  lazy.length === 0 ? row : { ...row, ...Object.fromEntries(lazy.map((name) => [name, null])) };

const chosen = (row: Row, select: string | undefined): Row =>
  select === undefined
    ? row
    : Object.fromEntries(select.split(',').map((name) => [name.trim(), row[name.trim()] ?? null]));

function inOrder<T extends Row>(rows: readonly T[], orderby: string): readonly T[] {
  const [field, direction] = orderby.trim().split(/\s+/) as [string, string?];
  const sign = direction === 'desc' ? -1 : 1;
  return [...rows].sort((a, b) =>
    compares(a[field], 'lt', b[field]) ? -sign : compares(a[field], 'gt', b[field]) ? sign : 0,
  );
}

/** WMI's way to write a time. */
export const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
