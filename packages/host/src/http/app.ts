import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import { EucoraError, isEucoraError } from '@eucora/sdk';
import Koa from 'koa';
import type { Logger } from 'pino';
import type { HostConfig } from '../config/host-config.js';
import { correlationIdOf } from './correlation.js';
import type { Entrance } from '../identity/entrance.js';
import { protection, refusingOtherNames } from './guard.js';
import type { Metrics } from './metrics.js';
import { toProblem } from './problem.js';
import { drain } from './read-body.js';
import type { Readiness } from './readiness.js';
import type { Route } from './route.js';
import { serve, type Served } from './serve.js';

export interface AppParts {
  readonly routes: readonly Route[];
  readonly entrance: Entrance;
  /** How it is reached: `publicUrl`, `publicHosts`. Default: by loopback names only. */
  readonly reach?: Pick<HostConfig, 'publicUrl' | 'publicHosts'>;
  readonly readiness: Pick<Readiness, 'stopping'>;
  readonly metrics: Pick<Metrics, 'observe'>;
  readonly log: Logger;
}

/** Answered also while the host is stopping. */
const ALWAYS = /^\/(healthz|readyz)\/?$/;

/** The table of routes as a request handler. */
export function app(parts: AppParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const koa = new Koa();
  koa.silent = true;
  koa.on('error', (error: Error, ctx?: Koa.Context) =>
    parts.log.debug({ correlation_id: ctx?.['correlationId'], err: error }, 'an answer did not go out whole'),
  );
  koa.use(answering(parts));
  koa.use(routerOf(parts).routes());
  koa.use(nothingHere(parts.routes));
  return koa.callback();
}

function routerOf({ routes, entrance }: AppParts): Router {
  const router = new Router();
  const served = serve(routes, entrance);
  routes.forEach((route, at) => router.register(koaPath(route), [route.method], served[at]!));
  return router;
}

/** `/api/runs/{correlation_id}/` in the router's words; its slash at the end may be left out. */
const koaPath = ({ path }: Pick<Route, 'path'>): string => path.replace(/\/$/, '').replaceAll(/\{(\w+)\}/g, ':$1');

/** First in, last out: headers that every answer has, problems in one form, figures. */
function answering({ readiness, metrics, log, reach = {} }: AppParts): Koa.Middleware {
  const protect = protection(reach);
  const refuseOtherNames = refusingOtherNames(reach);
  return async (ctx, next) => {
    const began = performance.now();
    const correlationId = correlationIdOf(ctx.req.headers);
    const served = ctx as unknown as Served;
    served.correlationId = correlationId;
    protect(ctx.res);
    try {
      refuseOtherNames(ctx.req.headers);
      if (readiness.stopping && !ALWAYS.test(ctx.path)) throw stopping();
      await next();
      ctx.res.setHeader('X-Correlation-ID', served.correlationId);
    } catch (thrown) {
      await refuse(ctx, thrown, served.correlationId);
      if (ctx.status >= 500) report(log, ctx, thrown, served.correlationId);
    }
    const ms = performance.now() - began;
    metrics.observe(served.route ?? 'none', ctx.method, ctx.status, ms / 1_000);
    if (log.isLevelEnabled('debug')) {
      const { method, path, status } = ctx;
      log.debug({ correlation_id: served.correlationId, method, path, status, ms }, 'answered');
    }
  };
}

async function refuse(ctx: Koa.Context, thrown: unknown, correlationId: string): Promise<void> {
  const { problem, retryAfter } = toProblem(thrown, { instance: ctx.path, correlationId });
  if (!ctx.req.complete) {
    ctx.res.setHeader('Connection', 'close');
    await drain(ctx.req);
  }
  ctx.status = problem.status;
  ctx.body = problem;
  ctx.res.setHeader('Content-Type', 'application/problem+json');
  ctx.res.setHeader('X-Correlation-ID', correlationId);
  if (retryAfter !== undefined) ctx.res.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) ctx.res.setHeader('WWW-Authenticate', 'Bearer realm="eucora"');
  const allow = problem.details?.['allow'];
  if (problem.status === 405 && Array.isArray(allow)) ctx.res.setHeader('Allow', allow.join(', '));
}

function report(log: Logger, ctx: Koa.Context, thrown: unknown, correlationId: string): void {
  const fields = { correlation_id: correlationId, method: ctx.method, path: ctx.path, status: ctx.status };
  if (isEucoraError(thrown)) log.warn({ ...fields, code: thrown.code, what: thrown.message }, 'refused');
  else log.error({ ...fields, err: thrown }, 'failed in a way that nobody foresaw');
}

function nothingHere(routes: readonly Route[]): Koa.Middleware {
  const known = routes.map((route) => ({ route, matches: pattern(route) }));
  return (ctx) => {
    const allow = known.filter(({ matches }) => matches.test(ctx.path)).map(({ route }) => route.method);
    if (allow.length === 0) throw new EucoraError('NOT_FOUND', { what: `there is nothing at ${ctx.path}` });
    throw new EucoraError('NOT_FOUND', {
      what: `${ctx.path} does not take ${ctx.method}, it takes ${allow.join(' and ')}`,
      statusCode: 405,
      details: { allow },
    });
  };
}

const pattern = ({ path }: Route): RegExp =>
  new RegExp(
    `^${path
      .replace(/\/$/, '')
      .replaceAll('.', '\\.')
      .replaceAll(/\{\w+\}/g, '[^/]+')}/?$`,
  );

const stopping = () => new EucoraError('SHUTTING_DOWN', { what: 'the host is stopping' });
