import { randomUUID } from 'node:crypto';
import {
  createFleet,
  createSimulatorServer,
  realClock,
  type Clock,
  type Fleet,
  type FleetOptions,
  type OpenApiValidator,
  type SimulatorServer,
} from '@eucora/sdk/testing';
import { refusal } from './answers.js';
import { computerRoutes } from './computer-routes.js';
import { crowd } from './crowd.js';
import { door } from './door.js';
import { packageRoutes } from './package-routes.js';
import { policyRoutes } from './policy-routes.js';
import { alone, EVERYBODY, policyRuns, type Runs } from './runs.js';
import { emptyState, latestOf, put, type JamfState } from './state.js';
import { tokenService } from './token.js';
import { DEFAULT_DELAYS, type Delays, type World } from './world.js';

export interface JamfSimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
  /** By which tokens end: their users live in real time. Default: {@link clock}. */
  readonly signInClock?: Clock;
  /** Macs and their behaviour. Default: none. */
  readonly fleet?: Partial<Omit<FleetOptions, 'clock'>>;
  /** Computer groups that exist besides those of the Macs. */
  readonly groups?: readonly string[];
  /** Requests are held against it, see `contractOf`. */
  readonly contract?: OpenApiValidator;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Default 60. */
  readonly tokenLifeSeconds?: number;
  readonly delays?: Partial<Delays>;
  /** Default true; false is a site with file shares only. */
  readonly takesUploads?: boolean;
  /** Real milliseconds that each request is in work. Default 0, and then nobody ever meets a crowd. */
  readonly latencyMs?: number;
  /** Of Jamf Pro. Default `11.30.1`; what is older than 11.30 has no v4 of the inventory. */
  readonly version?: string;
}

export interface JamfSimulator extends SimulatorServer<JamfState> {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly fleet: Fleet;
  /** What really runs on the Macs. */
  readonly runs: Runs;
  /** The most requests that were in work at one moment. */
  readonly peak: number;
  /** Refuses every token that was given so far. */
  revokeTokens(): void;
  /** Takes a privilege from the API client's role: `Update Policies`. */
  withdraw(privilege: string): void;
}

/** A Jamf Pro of two nodes over HTTP on loopback. It is a simulator. */
export async function startJamfSimulator(options: JamfSimulatorOptions = {}): Promise<JamfSimulator> {
  const clock = options.clock ?? realClock;
  const clientId = options.clientId ?? randomUUID();
  const clientSecret = options.clientSecret ?? randomUUID();
  const seed = options.fleet?.seed ?? 1;
  const state = emptyState();
  const devices = (options.fleet?.devices ?? []).map((device) => ({
    ...device,
    groups: [...device.groups, alone(device.id), EVERYBODY],
  }));
  const fleet = createFleet({ ...options.fleet, devices, seed, clock });
  const ids = new Map<string, number>();
  const world: World = {
    clock,
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    fleet,
    runs: policyRuns(
      fleet,
      (id) => latestOf(state.groups, id),
      (id) => latestOf(state.packages, id),
    ),
    seed,
    takesUploads: options.takesUploads ?? true,
    version: options.version ?? '11.30.1',
    ledger: () => server.ledger,
    nextId(kind) {
      const turn = (ids.get(kind) ?? 0) + 1;
      ids.set(kind, turn);
      return String(turn);
    },
  };
  const groups = new Set([...(options.groups ?? []), ...(options.fleet?.devices ?? []).flatMap((one) => one.groups)]);
  for (const name of groups) {
    const id = world.nextId('group');
    put(state.groups, id, { id, name, smart: false, fleetGroup: name }, -Infinity, 'node-a');
  }
  const tokens = tokenService({
    clientId,
    clientSecret,
    lifeSeconds: options.tokenLifeSeconds ?? 60,
    clock: options.signInClock ?? clock,
  });
  const visitors = crowd(seed, options.latencyMs ?? 0);
  const missing = new Set<string>();
  const opened = door(visitors, missing);

  const server: SimulatorServer<JamfState> = await createSimulatorServer<JamfState>({
    name: 'Jamf Pro',
    routes: [
      ...tokens.routes,
      ...packageRoutes(world, opened),
      ...policyRoutes(world, opened),
      ...computerRoutes(world, opened),
    ],
    state,
    authenticate: tokens.authenticate,
    ...(options.contract && { validate: options.contract }),
    refuse: (violations, request) => refusal(request, 400, 'CONTRACT', violations.join('; ')),
    notFound: (request) => refusal(request, 404, 'NOT_FOUND', 'The resource could not be found'),
    clock,
    ...(options.port !== undefined && { port: options.port }),
  });

  return Object.defineProperties(
    {
      clientId,
      clientSecret,
      fleet,
      runs: world.runs,
      get peak() {
        return visitors.peak;
      },
      revokeTokens: tokens.revokeTokens,
      withdraw: (privilege: string) => void missing.add(privilege),
    },
    Object.getOwnPropertyDescriptors(server),
  ) as JamfSimulator;
}
