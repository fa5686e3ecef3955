import { EucoraError } from '@eucora/sdk';
import type Koa from 'koa';
import { schemasOf } from '../schema/schemas.js';
import { checksFor, type Check, type FieldMistake } from '../schema/validator.js';
import * as wire from '../wire/index.js';
import type { WireClass } from '../wire/fields.js';
import { refuseOtherKey, refuseWithoutKey } from './correlation.js';
import type { Entrance } from '../identity/entrance.js';
import { readBody } from './read-body.js';
import type { Route, RouteAnswer, RouteRequest } from './route.js';

/** What a request carries from one function to the next. */
export interface Served {
  correlationId: string;
  /** Path of the route, for the figures. */
  route?: string;
}

export const WIRE_CLASSES = (Object.values(wire) as unknown[]).filter(
  (exported): exported is WireClass => typeof exported === 'function' && /^class\b/.test(String(exported)),
);

/** Each route as a function of Koa's: who asks and whether they may, what they send, what they get. */
export function serve(routes: readonly Route[], entrance: Entrance): readonly Koa.Middleware[] {
  const inputs = routes.flatMap(({ body, query }) => [body, query]).filter((each) => each !== undefined);
  const schemas = schemasOf(WIRE_CLASSES, inputs);
  const [ofBody, ofQuery] = [checksFor(schemas), checksFor(schemas, 'text')];

  return routes.map((route) => {
    const checkBody = route.body && ofBody(route.body.name);
    const checkQuery = route.query && ofQuery(route.query.name);
    return async (ctx) => {
      const served = ctx as unknown as Served & { params: Record<string, string> };
      served.route = route.path;
      const { headers } = ctx.req;
      const identity = await entrance.admit(ctx.req, ctx.res, { route, correlationId: served.correlationId });
      refuseStrangeNames({ ...served.params, ...ctx.query });
      if (route.keyed) refuseWithoutKey(headers);
      const query = checked(checkQuery, { ...ctx.query }, 'the query');
      const body = checkBody ? checked(checkBody, (await readBody(ctx.req)) ?? {}, 'the body') : {};
      if (route.keyed) refuseOtherKey(headers, body);
      const request = {
        params: served.params,
        body,
        query,
        actor: identity.subject,
        identity,
        correlationId: served.correlationId,
        incoming: ctx.req,
      };
      answer(ctx, served, route, await done(route, request, entrance));
    };
  });
}

const done = async (
  route: Route,
  request: RouteRequest<object, object>,
  { audited }: Entrance,
): Promise<RouteAnswer> =>
  route.audits === undefined
    ? route.handle(request)
    : audited({ ...request, action: route.audits, target: targetOf(request) }, async () => route.handle(request));

/** The thing in the path; where it is made only now: the id that the body gives it. */
function targetOf({ params, body }: RouteRequest<object, object>): string {
  const { connector_id, id } = body as { connector_id?: unknown; id?: unknown };
  const named = [...Object.values(params), connector_id ?? id].filter((each) => typeof each === 'string');
  return named[0] ?? 'the hub';
}

/** No name of ours has such characters, and no storage takes them. */
const STRANGE = /[\u0000-\u001f\u007f\ud800-\udfff]/u;

/** @throws EucoraError `INPUT_INVALID` */
function refuseStrangeNames(named: Readonly<Record<string, string | string[] | undefined>>): void {
  const strange = Object.keys(named).filter(
    (name) => STRANGE.test(String(named[name])) || String(named[name]).length > 512,
  );
  if (strange.length > 0)
    throw invalid(
      strange.map((path) => ({ path, message: 'is no name' })),
      'the address',
    );
}

/** @throws EucoraError `INPUT_INVALID` with every mistake */
function checked(check: Check | undefined, value: unknown, where: string): object {
  const mistakes = check ? check(value) : [];
  if (mistakes.length > 0) throw invalid(mistakes, where);
  return value as object;
}

const invalid = (fields: readonly FieldMistake[], where: string) =>
  new EucoraError('INPUT_INVALID', {
    what: fields.map(({ path, message }) => `${path || where} ${message}`).join('; '),
    details: { fields },
  });

function answer(ctx: Koa.Context, served: Served, route: Route, given: RouteAnswer): void {
  const status = given.status ?? route.answers.status;
  if (given.correlationId) served.correlationId = given.correlationId;
  ctx.status = status;
  for (const [name, value] of Object.entries(given.headers ?? {})) ctx.res.setHeader(name, value);
  ctx.body =
    route.method !== 'GET' && typeof given.body === 'object'
      ? { correlation_id: served.correlationId, ...given.body, status_code: status }
      : given.body;
}
