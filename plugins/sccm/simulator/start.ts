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
import { adminError, notFound } from './answers.js';
import { applicationRoutes } from './application-routes.js';
import { AUTHORING, authoringRoutes } from './authoring-routes.js';
import { collectionRoutes } from './collection-routes.js';
import { contentRoutes } from './content-routes.js';
import { deviceRoutes } from './device-routes.js';
import { signIn, type StubProof } from './sign-in.js';
import { siteRoutes } from './site-routes.js';
import { emptySite, guidOf, type SccmSite, type SimCollection } from './state.js';
import {
  DEFAULT_DELAYS,
  type Delays,
  type Refusal,
  type SccmDevice,
  type SimPointGroup,
  type SimResource,
  type World,
} from './world.js';

export interface SccmSimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
  /** By which proofs of identity are judged. Default: {@link clock}. */
  readonly signInClock?: Clock;
  /** A proof is good for one request, as Kerberos has it. Default: for its whole life. */
  readonly proofsOnce?: boolean;
  /** Devices and their behaviour; their groups are collection ids. Default: none. */
  readonly fleet?: Partial<Omit<FleetOptions, 'clock' | 'devices'>> & { readonly devices?: readonly SccmDevice[] };
  /** Collections that exist besides those of the devices. */
  readonly collections?: readonly string[];
  /** Every request is held against it; see `contractOf`. */
  readonly contract?: OpenApiValidator;
  readonly siteCode?: string;
  /** Further sites of the hierarchy. */
  readonly sites?: readonly string[];
  readonly principal?: string;
  readonly pointGroups?: readonly SimPointGroup[];
  /** Classes and methods that this site's service does not have. */
  readonly without?: readonly string[];
  readonly delays?: Partial<Delays>;
  /** Rows after which the service cuts a list by itself. Default: never. */
  readonly pageSize?: number;
  /** The content share, and the folder where it is mounted; what is authored is then looked for there. */
  readonly content?: { readonly share: string; readonly folder: string };
}

export interface SccmSimulator extends SimulatorServer<SccmSite> {
  /** What the plugin's configuration wants. */
  readonly adminServiceUrl: string;
  readonly authoringUrl: string;
  readonly authoringToken: string;
  readonly siteCode: string;
  readonly pointGroups: readonly SimPointGroup[];
  readonly fleet: Fleet;
  readonly devices: readonly SimResource[];
  /** What follows `Negotiate `; a stand-in for Kerberos. */
  issueProof(overrides?: Partial<StubProof>): string;
  /** Refuses every proof that was given so far. */
  revokeProofs(): void;
  /** By class: what the account meets. */
  readonly refusals: Map<string, Refusal>;
  /** Host names, lower case, that content does not reach. */
  readonly failingPoints: Set<string>;
}

export const POINT_GROUPS: readonly SimPointGroup[] = [
  {
    id: `{${guidOf('group', 'All sites').toUpperCase()}}`,
    name: 'All sites',
    points: ['dp01.contoso.example', 'dp02.contoso.example'],
  },
  { id: `{${guidOf('group', 'Branch').toUpperCase()}}`, name: 'Branch', points: ['dp03.contoso.example'] },
];

const ALL_SYSTEMS = 'SMS00001';
const FIRST_RESOURCE = 16_777_217;

/** A site of Configuration Manager over HTTP on loopback, and the hub's authoring facade beside it. It is a simulator. */
export async function startSccmSimulator(options: SccmSimulatorOptions = {}): Promise<SccmSimulator> {
  const clock = options.clock ?? realClock;
  const siteCode = options.siteCode ?? 'ABC';
  const devices = (options.fleet?.devices ?? []).map((device, at) => resourceOf(device, at, siteCode));
  const fleet = createFleet({
    seed: 1,
    ...options.fleet,
    devices: (options.fleet?.devices ?? []).map((device, at) => ({ ...device, groups: [...devices[at]!.collections] })),
    clock,
  });
  const authoringToken = guidOf('authoring', options.principal ?? '');
  const proofs = signIn({
    spn: 'HTTP/127.0.0.1',
    principal: options.principal ?? 'svc-eucora-sccm@CONTOSO.EXAMPLE',
    clock: options.signInClock ?? clock,
    ...(options.proofsOnce !== undefined && { once: options.proofsOnce }),
    authoringToken,
  });
  const numbers = new Map<string, number>();
  const world: World = {
    clock,
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    fleet,
    devices,
    siteCode,
    sites: options.sites ?? [],
    pointGroups: options.pointGroups ?? POINT_GROUPS,
    failingPoints: new Set(),
    refusals: new Map(),
    without: new Set(options.without ?? []),
    pageSize: options.pageSize,
    content: options.content,
    ledger: () => server.ledger,
    next(kind) {
      const turn = (numbers.get(kind) ?? 0) + 1;
      numbers.set(kind, turn);
      return turn;
    },
  };

  const server: SimulatorServer<SccmSite> = await createSimulatorServer<SccmSite>({
    name: 'SCCM',
    routes: [
      ...siteRoutes(world),
      ...applicationRoutes(world),
      ...collectionRoutes(world),
      ...contentRoutes(world),
      ...deviceRoutes(world),
      ...authoringRoutes(world),
    ],
    state: siteWith([...(options.collections ?? []), ...devices.flatMap(({ collections }) => [...collections])]),
    authenticate: proofs.authenticate,
    ...(options.contract && { validate: options.contract }),
    refuse: (violations) => adminError(400, violations.join('; ')),
    notFound: ({ path }) => notFound(path),
    clock,
    ...(options.port !== undefined && { port: options.port }),
  });

  const own: Omit<SccmSimulator, keyof SimulatorServer> = {
    adminServiceUrl: `${server.url}/AdminService`,
    authoringUrl: `${server.url}${AUTHORING}`,
    authoringToken,
    siteCode,
    pointGroups: world.pointGroups,
    fleet,
    devices,
    issueProof: proofs.issue,
    revokeProofs: proofs.revoke,
    refusals: world.refusals,
    failingPoints: world.failingPoints,
  };
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(server)) as SccmSimulator;
}

/** A device is also in "its collections, as far as they belong to its site", for collections that are made of a rule. */
function resourceOf({ id, groups, site }: SccmDevice, at: number, siteCode: string): SimResource {
  const own = site ?? siteCode;
  const all = [ALL_SYSTEMS, ...groups];
  return {
    resourceId: FIRST_RESOURCE + at,
    id,
    site: own,
    collections: new Set([...all, ...all.map((group) => `${group}@${own}`)]),
  };
}

function siteWith(ids: readonly string[]): SccmSite {
  const site = emptySite();
  for (const id of new Set([ALL_SYSTEMS, ...ids.filter((one) => !one.includes('@'))])) {
    const collection: SimCollection = {
      id,
      name: id === ALL_SYSTEMS ? 'All Systems' : `Collection ${id}`,
      comment: '',
      type: 2,
      limitTo: id === ALL_SYSTEMS ? '' : ALL_SYSTEMS,
      rules: [],
      made: false,
    };
    site.collections.set(id, collection);
  }
  return site;
}
