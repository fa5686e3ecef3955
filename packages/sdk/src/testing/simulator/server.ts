import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock, type Clock } from '../clock.js';
import { administer } from './admin.js';
import { deliver } from './deliver.js';
import { json, type Answer, type Exchange, type RecordedRequest, type SimulatorRequest } from './exchange.js';
import { answerWith, doneAnyway, withholds } from './fault-answers.js';
import { createFaults } from './faults.js';
import { createLedger } from './ledger.js';
import { bodyOf, MalformedBody, understand } from './receive.js';
import { createRecorder } from './recorder.js';
import { isWrite, router, type Found, type Route } from './routes.js';
import type { AcceptedListener, SimulatorServer } from './simulator.js';
import { trafficOf } from './traffic.js';

export interface SimulatorOptions<State> {
  /** The plane that this stands for; it is in every refusal. */
  readonly name: string;
  readonly routes: readonly Route<State>[];
  /** What the plane holds. Must survive `structuredClone`, which is how a stale read remembers it. */
  readonly state?: State;
  /** Nothing lets the request in; an answer keeps it out. Not asked for `open` routes. */
  readonly authenticate?: (request: SimulatorRequest) => Answer | undefined | Promise<Answer | undefined>;
  /** What breaks the vendor's contract, one sentence each. Not asked for `unchecked` routes. */
  readonly validate?: (request: SimulatorRequest) => readonly string[] | Promise<readonly string[]>;
  /** The plane's own words for a request that breaks the contract. Default: 400 with a JSON error. */
  readonly refuse?: (violations: readonly string[], request: SimulatorRequest) => Answer;
  /** The plane's own words for an address that it does not have. Default: 404 or 405 with a JSON error. */
  readonly notFound?: (request: SimulatorRequest) => Answer;
  /** Default: real time. */
  readonly clock?: Clock;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Requests that are remembered, the latest. Default 10,000. */
  readonly keepRequests?: number;
}

/**
 * A stand-in for a plane, over real HTTP on loopback. It is a simulator and never called anything else.
 *
 * While it runs it is governed in process through what is returned, or over HTTP at `/__simulator/…`, see `admin.ts`.
 */
export async function createSimulatorServer<State = unknown>(
  options: SimulatorOptions<State>,
): Promise<SimulatorServer<State>> {
  const clock = options.clock ?? realClock;
  const state = options.state as State;
  const routes = router(options.routes);
  const recorder = createRecorder(clock, options.keepRequests ?? 10_000);
  const keepTraffic = trafficOf(options.name);
  const ledger = createLedger(clock);
  const faults = createFaults(() => structuredClone(state));
  const violations: string[] = [];
  const listeners = new Set<AcceptedListener>();
  let writes = 0;

  /** From a request to its answer, whatever carries them. */
  const answerTo = async (request: SimulatorRequest, seen: State, record: RecordedRequest, inner: boolean) => {
    const found = routes.find(request.method, request.path);
    if (!found) return (options.notFound ?? noRoute)(request);
    if (!found.route.open && !inner) {
      const refusal = await options.authenticate?.(request);
      if (refusal) return refusal;
    }
    const wrong = found.route.unchecked ? [] : ((await options.validate?.(request)) ?? []);
    if (wrong.length > 0) {
      violations.push(...wrong.map((one) => `${request.method} ${request.path}: ${one}`));
      return (options.refuse ?? breaksContract)(wrong, request);
    }
    const given = await found.route.handler(exchange(request, found, seen));
    if (record.write && given.status < 400) {
      writes += 1;
      for (const listener of listeners) await listener(record);
    }
    return given;
  };

  const noRoute = ({ method, path }: SimulatorRequest): Answer => {
    const methods = routes.methodsOf(path);
    const message = `the ${options.name} simulator has no ${method} ${path}`;
    return methods.length > 0
      ? json(405, { error: { code: 'MethodNotAllowed', message } }, { allow: methods.join(', ') })
      : json(404, { error: { code: 'NotFound', message } });
  };

  const exchange = (request: SimulatorRequest, { params }: Found<State>, seen: State): Exchange<State> => ({
    ...request,
    params,
    origin: server.url,
    clock,
    state: seen,
    json,
    send: (status, body, headers = {}) => ({ status, headers, ...(body !== undefined && { body }) }),
    dispatch: (inner) => {
      const bytes = inner.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(inner.body));
      const headers = { 'content-type': 'application/json', ...lowerCased(inner.headers ?? {}) };
      const within = understand(inner.method, inner.url, headers, bytes);
      const record = recorder.record(within, isWrite(within, routes.find(within.method, within.path)?.route));
      return answerTo(within, seen, record, true).then((given) => {
        record.status = given.status;
        return given;
      });
    },
  });

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url: target = '/', headers } = incoming;
    const bytes = await bodyOf(incoming);
    const request = understand(method, target, headers, bytes);
    if (request.path.startsWith('/__simulator/')) return deliver(response, await administer(request, server));

    const route = routes.find(request.method, request.path)?.route;
    if (!route?.unchecked) keepTraffic({ method, target, headers: headers as Record<string, string> }, bytes);
    const write = isWrite(request, route);
    const record = recorder.record(request, write);
    const met = faults.meet(request, write);
    if (met) record.fault = met.fault.kind;
    if (met && withholds(met.fault)) {
      return answerWith(met.fault, response, record);
    }
    const seen = met?.fault.kind === 'staleRead' ? (met.captured as State) : state;
    const given = await answerTo(request, seen, record, false);
    if (met && doneAnyway(met.fault)) return answerWith(met.fault, response, record, given);
    record.status = given.status;
    return deliver(response, given);
  };

  const http = createServer((incoming, response) => {
    serve(incoming, response).catch((cause: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      const { message } = cause as Error;
      const answer =
        cause instanceof MalformedBody
          ? json(400, { error: { code: 'BadRequest', message } })
          : json(500, { error: { code: 'SimulatorFailed', message } });
      void deliver(response, answer);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;

  const server: SimulatorServer<State> = {
    url: `http://127.0.0.1:${port}`,
    port,
    state,
    clock,
    requests: recorder.requests,
    violations,
    faults,
    ledger,
    get writes() {
      return writes;
    },
    onAccepted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

const breaksContract = (violations: readonly string[]): Answer =>
  json(400, { error: { code: 'BadRequest', message: violations.join('; '), violations } });

const lowerCased = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
