import { isMovable } from '../clock.js';
import { json, type Answer, type SimulatorRequest } from './exchange.js';
import type { Fault } from './faults.js';
import type { SimulatorServer } from './simulator.js';

/**
 * How a simulator in a process of its own is governed:
 *
 * - `POST /__simulator/faults`: a fault, e.g. `{ "kind": "throttle", "retry_after_seconds": 2, "times": 3, "skip": 0,
 *   "match": { "method": "POST", "path": "/apps/{id}", "path_pattern": "assign$", "writes": true } }`; `times` 0: until cleared
 * - `DELETE /__simulator/faults`
 * - `GET /__simulator/ledger`, `GET /__simulator/requests`, `GET /__simulator/violations`
 * - `GET /__simulator/clock`, `POST /__simulator/clock/advance` with `{ "ms": 60000 }`
 */
export async function administer<State>(request: SimulatorRequest, server: SimulatorServer<State>): Promise<Answer> {
  switch (`${request.method} ${request.path.slice('/__simulator/'.length)}`) {
    case 'POST faults': {
      const fault = faultOf(request.body);
      if (!fault) return refused('this is not a fault: give a kind that the simulator kit knows');
      server.faults.inject(fault);
      return json(201, { waiting: server.faults.waiting });
    }
    case 'DELETE faults':
      server.faults.clear();
      return json(200, { waiting: 0 });
    case 'GET ledger':
      return json(200, { entries: server.ledger.entries });
    case 'GET requests':
      return json(200, { requests: server.requests, writes: server.writes });
    case 'GET violations':
      return json(200, { violations: server.violations });
    case 'GET clock':
      return json(200, { now: server.clock.now().toISOString() });
    case 'POST clock/advance': {
      const ms = (request.body as { ms?: unknown } | undefined)?.ms;
      if (typeof ms !== 'number' || !(ms >= 0)) return refused('give { "ms": milliseconds }');
      if (!isMovable(server.clock)) return refused('this simulator runs on real time', 409);
      await server.clock.advance(ms);
      return json(200, { now: server.clock.now().toISOString() });
    }
    default:
      return refused(`no ${request.method} ${request.path}`, 404);
  }
}

const refused = (message: string, status = 400) => json(status, { error: { code: 'SimulatorRefused', message } });

const KINDS: ReadonlySet<string> = new Set<Fault['kind']>([
  'status',
  'throttle',
  'unavailable',
  'hang',
  'drop',
  'acceptThenDropConnection',
  'html',
  'cutJson',
  'drip',
  'staleRead',
  'wrongSuccess',
]);

/** snake_case on the wire, for names of fields and of kinds. */
function faultOf(body: unknown): Fault | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const wire = body as Record<string, unknown>;
  const kind = camelCase(String(wire.kind));
  if (!KINDS.has(kind)) return undefined;

  const fields = Object.fromEntries(Object.entries(wire).map(([name, value]) => [camelCase(name), value]));
  const { path_pattern: pattern, ...match } = (wire.match ?? {}) as Record<string, unknown>;
  return {
    ...fields,
    kind,
    ...(wire.match !== undefined && {
      match: { ...match, ...(typeof pattern === 'string' && { path: new RegExp(pattern) }) },
    }),
    ...(wire.times === 0 && { times: Infinity }),
  } as Fault;
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
