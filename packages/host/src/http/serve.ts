import { EucoraError } from '@eucora/sdk';
import type Koa from 'koa';
import { schemasOf } from '../schema/schemas.js';
import { checksFor, type Check, type FieldMistake } from '../schema/validator.js';
import * as wire from '../wire/index.js';
import type { WireClass } from '../wire/fields.js';
import { refuseOtherKey, refuseWithoutKey } from './correlation.js';
import { authenticate } from './guard.js';
import type { LocalToken } from './local-token.js';
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

/** Each route as a function of Koa's: who asks, what they send, what they get. */
export function serve(routes: readonly Route[], token: LocalToken): readonly Koa.Middleware[] {
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
      const actor = route.permission === undefined ? 'anybody' : authenticate(headers, token);
      refuseStrangeNames({ ...served.params, ...ctx.query });
      if (route.keyed) refuseWithoutKey(headers);
      const query = checked(checkQuery, { ...ctx.query }, 'the query');
      const body = checkBody ? checked(checkBody, (await readBody(ctx.req)) ?? {}, 'the body') : {};
      if (route.keyed) refuseOtherKey(headers, body);
      const request = {
        params: served.params,
        body,
        query,
        actor,
        correlationId: served.correlationId,
        incoming: ctx.req,
      };
      answer(ctx, served, route, await route.handle(request satisfies RouteRequest<object, object>));
    };
  });
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
