import {
  createFleet,
  createSimulatorServer,
  realClock,
  type Answer,
  type Clock,
  type Fleet,
  type FleetOptions,
  type OpenApiValidator,
  type Route,
  type SimulatorServer,
} from '@eucora/sdk/testing';
import { appRoutes } from './app-routes.js';
import { badRequest, graphError, named } from './answers.js';
import { batchRoute } from './batch-route.js';
import { blobs } from './blobs.js';
import { generateCertificate } from './certificate.js';
import { contentRoutes } from './content-routes.js';
import { directoryRoutes } from './directory-routes.js';
import { reportRoutes } from './report-routes.js';
import { emptyTenant, guidOf, type IntuneTenant } from './state.js';
import { DEFAULT_QUOTAS, throttled, type Quotas } from './throttle.js';
import { tokenService } from './token.js';
import { DEFAULT_DELAYS, type Delays, type World } from './world.js';

export interface IntuneSimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
  /** By which assertions and tokens are judged: their makers live in real time. Default: {@link clock}. */
  readonly signInClock?: Clock;
  /** Devices and their behaviour. Default: none. */
  readonly fleet?: Partial<Omit<FleetOptions, 'clock'>>;
  /** Groups that exist besides those of the devices. */
  readonly groups?: readonly string[];
  /** Every request is held against it; see `contractOf`. */
  readonly contract?: OpenApiValidator;
  readonly tenantId?: string;
  readonly clientId?: string;
  /** PEM of the registered certificate. Default: a fresh one, see {@link IntuneSimulator.privateKey}. */
  readonly certificate?: string;
  readonly delays?: Partial<Delays>;
  readonly quotas?: Partial<Quotas>;
  /** Items a page where the caller does not say. Default 100. */
  readonly pageSize?: number;
}

export interface IntuneSimulator extends SimulatorServer<IntuneTenant> {
  /** What the plugin's configuration wants. */
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM; only when the simulator made the certificate. */
  readonly privateKey?: string;
  readonly fleet: Fleet;
  /** Refuses every token that was given so far. */
  revokeTokens(): void;
  /** As when somebody deletes the group in Entra ID. */
  deleteGroup(id: string): void;
}

/** A tenant of Intune over HTTP on loopback. It is a simulator. */
export async function startIntuneSimulator(options: IntuneSimulatorOptions = {}): Promise<IntuneSimulator> {
  const clock = options.clock ?? realClock;
  const tenantId = options.tenantId ?? guidOf('tenant');
  const clientId = options.clientId ?? guidOf('client');
  const made = options.certificate ? undefined : generateCertificate();
  const certificate = options.certificate ?? made!.certificate;
  const seed = options.fleet?.seed ?? 1;
  const fleet = createFleet({ devices: [], ...options.fleet, seed, clock });
  const tokens = tokenService({ tenantId, clientId, certificate, clock: options.signInClock ?? clock });
  const ids = new Map<string, number>();

  const world: World = {
    clock,
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    fleet,
    seed,
    pageSize: options.pageSize ?? 100,
    blobs: blobs(clock),
    ledger: () => server.ledger,
    nextId(kind) {
      const turn = (ids.get(kind) ?? 0) + 1;
      ids.set(kind, turn);
      return guidOf(kind, turn);
    },
  };
  const groups = new Set([...(options.groups ?? []), ...fleet.devices.flatMap((device) => device.groups)]);
  const graph = [
    ...appRoutes(world),
    ...contentRoutes(world),
    ...directoryRoutes(world, groups),
    ...reportRoutes(world),
    batchRoute,
  ].map(throttled(clock, { ...DEFAULT_QUOTAS, ...options.quotas }));

  const server: SimulatorServer<IntuneTenant> = await createSimulatorServer<IntuneTenant>({
    name: 'Intune',
    routes: [...tokens.routes, ...world.blobs.routes, ...graph.map(namedRoute())],
    state: emptyTenant(),
    authenticate: tokens.authenticate,
    ...(options.contract && { validate: options.contract }),
    refuse: (violations) => badRequest(violations.join('; ')),
    notFound: ({ method, path }): Answer =>
      graphError(400, 'BadRequest', `No method match route template for ${method} ${path}.`),
    clock,
    ...(options.port !== undefined && { port: options.port }),
  });

  return Object.defineProperties(
    {
      graphUrl: `${server.url}/v1.0`,
      loginUrl: server.url,
      tenantId,
      clientId,
      certificate,
      ...(made && { privateKey: made.privateKey }),
      fleet,
      revokeTokens: tokens.revokeTokens,
      deleteGroup: (id: string) => void groups.delete(id),
    },
    Object.getOwnPropertyDescriptors(server),
  ) as IntuneSimulator;
}

/** Answers carry `request-id` and the caller's `client-request-id`. */
function namedRoute(): (one: Route<IntuneTenant>) => Route<IntuneTenant> {
  let turn = 0;
  return (one) => ({ ...one, handler: async (exchange) => named(await one.handler(exchange), exchange, (turn += 1)) });
}
