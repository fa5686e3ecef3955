import { RINGS, type RingName } from '@eucora/sdk';
import {
  createFleet,
  createSimulatorServer,
  realClock,
  type Clock,
  type Fleet,
  type FleetOptions,
  type OpenApiValidator,
  type Route,
  type SimulatorServer,
} from '@eucora/sdk/testing';
import { refused } from './answers.js';
import { archiveRoutes } from './archive-routes.js';
import { credentialService } from './credentials.js';
import { legacyRoutes } from './legacy-route.js';
import { machines } from './machines.js';
import { packageActions } from './package-actions.js';
import { pocketActions } from './pocket-actions.js';
import { profileActions, removeProfile } from './profile-actions.js';
import { restRoutes } from './rest-routes.js';
import { emptyAccount, type LandscapeAccount } from './state.js';
import { DEFAULT_DELAYS, type Delays, type World } from './world.js';

export interface LandscapeSimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
  /** By which tokens and signatures are judged: their makers live in real time. Default: {@link clock}. */
  readonly signInClock?: Clock;
  /** Machines and their behaviour; their groups are tags. Clients exchange every 15 minutes by default. Default: none. */
  readonly fleet?: Partial<Omit<FleetOptions, 'clock'>>;
  /** Requests are held against it. */
  readonly contract?: OpenApiValidator;
  /** Default `26.04.1`. Up to `25.10` there are pockets and no package archive. */
  readonly version?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly delays?: Partial<Delays>;
  /** Tag of each ring's machines: they get packages from the ring's publication, or its pocket. Default: `ring-lab`, … */
  readonly tags?: Readonly<Partial<Record<RingName, string>>>;
  /** Clients that registered again. */
  readonly formerSelves?: World['formerSelves'];
}

export interface LandscapeSimulator extends SimulatorServer<LandscapeAccount> {
  readonly version: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly fleet: Fleet;
  /** Whether it has the package archive and not the pockets. */
  readonly archive: boolean;
  /** The publication of each ring; made beforehand, as an administrator makes them. */
  readonly publications: Readonly<Record<RingName, string>>;
  /** The pull pocket of each ring, on 25.10 and earlier. */
  readonly pockets: Readonly<
    Record<
      RingName,
      { readonly distribution: string; readonly series: string; readonly pocket: string; readonly mode: 'pull' }
    >
  >;
  /** Where the `Packages` index of a ring is served. */
  indexUrl(ring: RingName): string;
  /** Refuses every token that was given so far. */
  revokeTokens(): void;
  /** As somebody at the portal does. */
  removeProfile(name: string): void;
}

const EXCHANGE_MS = 900_000;
const POCKETS = 'ubuntu/noble';

/** An account of Landscape over HTTP on loopback. It is a simulator. */
export async function startLandscapeSimulator(options: LandscapeSimulatorOptions = {}): Promise<LandscapeSimulator> {
  const clock = options.clock ?? realClock;
  const version = options.version ?? '26.04.1';
  const archive = Number.parseFloat(version) >= 26.04;
  const { accessKey = 'ACCESSKEYOFTHESIMULATOR', secretKey = 'secret-key-of-the-simulator' } = options;
  const seed = options.fleet?.seed ?? 1;
  const fleet = createFleet({ devices: [], checkInMs: EXCHANGE_MS, installMs: 60_000, ...options.fleet, seed, clock });
  const tags = { ...Object.fromEntries(RINGS.map((ring) => [ring, `ring-${ring}`])), ...options.tags };
  const sources = Object.fromEntries(
    RINGS.map((ring) => [tags[ring]!, archive ? `publication-${ring}` : `${POCKETS}/${ring}`]),
  );
  const ids = new Map<string, number>();
  const world: World = {
    clock,
    version,
    archive,
    seed,
    fleet,
    sources,
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    formerSelves: options.formerSelves ?? [],
    ledger: () => server.ledger,
    nextId(kind) {
      const turn = (ids.get(kind) ?? 0) + 1;
      ids.set(kind, turn);
      return turn;
    },
  };
  const credentials = credentialService({ accessKey, secretKey, clock: options.signInClock ?? clock });
  const acting = machines(world);
  const actions = {
    ...profileActions(world, acting),
    ...packageActions(world, acting),
    ...(archive ? {} : pocketActions(world)),
  };
  const state = archive ? withPublications(emptyAccount()) : withPockets(emptyAccount());

  const server: SimulatorServer<LandscapeAccount> = await createSimulatorServer<LandscapeAccount>({
    name: 'Landscape',
    routes: [
      ...legacyRoutes(world, actions),
      ...[...credentials.routes, ...restRoutes(world, acting), ...(archive ? archiveRoutes(world) : [])].map((one) =>
        archive ? wantingJson(one) : one,
      ),
    ],
    state,
    authenticate: credentials.authenticate,
    ...(options.contract && { validate: options.contract }),
    refuse: (violations) => refused('InvalidParameter', violations.join('; ')),
    notFound: ({ method, path }) => refused('NotFound', `no ${method} ${path}`, 404),
    clock,
    ...(options.port !== undefined && { port: options.port }),
  });

  return Object.defineProperties(
    {
      version,
      accessKey,
      secretKey,
      fleet,
      archive,
      pockets: Object.fromEntries(
        RINGS.map((ring) => [ring, { distribution: 'ubuntu', series: 'noble', pocket: ring, mode: 'pull' }]),
      ),
      publications: Object.fromEntries(RINGS.map((ring) => [ring, `publication-${ring}`])),
      indexUrl: (ring: RingName) => `${server.url}/repository/publication-${ring}/Packages`,
      revokeTokens: credentials.revokeTokens,
      removeProfile(name: string) {
        const profile = server.state.profiles.get(name);
        if (profile) removeProfile(server.state, acting, profile);
      },
    },
    Object.getOwnPropertyDescriptors(server),
  ) as LandscapeSimulator;
}

/** From 26.04 on a write that is not said to be JSON is refused, also where it has no body. */
const wantingJson = (one: Route<LandscapeAccount>): Route<LandscapeAccount> => ({
  ...one,
  handler: (exchange) =>
    ['POST', 'PUT', 'PATCH'].includes(exchange.method) &&
    !/^application\/json\b/.test(exchange.headers['content-type'] ?? '')
      ? refused('UnsupportedMediaType', 'Content-Type must be application/json', 415)
      : one.handler(exchange),
});

function withPublications(account: LandscapeAccount): LandscapeAccount {
  for (const ring of RINGS) {
    const id = `publication-${ring}`;
    account.publications.set(id, {
      id,
      displayName: `EUCORA ${ring}`,
      source: 'locals/eucora',
      snapshots: [],
      lastOperation: '',
    });
  }
  return account;
}

/** One pull pocket a ring. */
function withPockets(account: LandscapeAccount): LandscapeAccount {
  for (const ring of RINGS) {
    const key = `${POCKETS}/${ring}`;
    account.pockets.set(key, { key, mode: 'pull', origin: [], packages: [], busyUntil: 0, arriving: [] });
  }
  return account;
}
