import {
  createFleet,
  createSimulatorServer,
  quota,
  realClock,
  type Answer,
  type Clock,
  type Fleet,
  type FleetOptions,
  type OpenApiDocument,
  type Route,
  type SimulatorServer,
} from '@eucora/sdk/testing';
import { badField, detail, named, notFound, unauthorized } from './answers.js';
import { contractOf } from './contract.js';
import { fleetRunner, REACHED_WITHIN_MS } from './fleet-runner.js';
import { inventoryRoutes } from './inventory-routes.js';
import { jobRoutes } from './job-routes.js';
import { launchRoutes } from './launch-routes.js';
import { playbookRunner, type PlaybookRunnerOptions } from './playbook-runner.js';
import { emptyInstance, PROMPTS, type AwxInstance, type SimTemplate } from './state.js';
import { DEFAULT_DELAYS, ORGANISATION, type Delays, type World } from './world.js';

export interface AwxSimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default: real time. The runner `ansible-playbook` needs real time. */
  readonly clock?: Clock;
  /** Hosts and their behaviour. Default: none. A check-in has no meaning here: AWX goes to the hosts. */
  readonly fleet?: Partial<Omit<FleetOptions, 'clock' | 'checkInMs' | 'lagMs'>>;
  /** Requests are held against it: `{ awx: … }`. */
  readonly contract?: Readonly<Record<string, OpenApiDocument>>;
  readonly token?: string;
  readonly apiPrefix?: '/api/v2' | '/api/controller/v2';
  readonly version?: string;
  readonly delays?: Partial<Delays>;
  /** AWX itself refuses nobody; a gateway before it may. Default: none. */
  readonly quotas?: { readonly requests: number; readonly perMs: number };
  /** Rows a page where the caller does not say. Default 25, as AWX has it. */
  readonly pageSize?: number;
  readonly installTemplate?: Partial<SimTemplate>;
  readonly repositoryTemplate?: Partial<SimTemplate>;
  /** Default `fleet`: simulated hosts. `ansible-playbook` really runs the plugin's playbooks, see playbook-runner.ts. */
  readonly runner?: 'fleet' | 'ansible-playbook';
  readonly playbooks?: PlaybookRunnerOptions;
  /** Variables of every host. Default for `ansible-playbook`: a local connection. */
  readonly hostVariables?: Readonly<Record<string, unknown>>;
}

export interface AwxSimulator extends SimulatorServer<AwxInstance> {
  /** What the plugin's configuration wants. */
  readonly apiPrefix: '/api/v2' | '/api/controller/v2';
  readonly token: string;
  readonly inventory: number;
  readonly installTemplate: number;
  readonly repositoryTemplate: number;
  readonly fleet: Fleet;
  /** The id of a group by its name. */
  groupId(name: string): number;
  /** Resolves when no real playbook runs any more. */
  settled(): Promise<void>;
  /** From now on the token is refused. */
  revokeToken(): void;
}

export const INVENTORY = 2;
export const REPOSITORY_INVENTORY = 3;
export const INSTALL_TEMPLATE = 7;
export const REPOSITORY_TEMPLATE = 8;
const FIRST_ID = 100;
export const REPOSITORY_HOST = 'repository-1';

/** An AWX over HTTP on loopback. It is a simulator. */
export async function startAwxSimulator(options: AwxSimulatorOptions = {}): Promise<AwxSimulator> {
  const clock = options.clock ?? realClock;
  const apiPrefix = options.apiPrefix ?? '/api/v2';
  const token = options.token ?? 'simulated-awx-token';
  const state = emptyInstance();
  const delays = { ...DEFAULT_DELAYS, ...options.delays };
  const installMs = options.fleet?.installMs ?? 300_000;
  const devices = [
    ...(options.fleet?.devices ?? []).map((device) => ({ ...device, groups: [...device.groups, `host:${device.id}`] })),
    { id: REPOSITORY_HOST, groups: ['repository', `host:${REPOSITORY_HOST}`], platform: 'linux' as const },
  ];
  const fleet = createFleet({ seed: 1, ...options.fleet, devices, clock, checkInMs: REACHED_WITHIN_MS });
  const repository = createFleet({ seed: 1, installMs, devices, clock, checkInMs: REACHED_WITHIN_MS });
  let nextId = FIRST_ID;
  let known = true;

  const world: World = {
    clock,
    delays,
    fleet,
    runner:
      options.runner === 'ansible-playbook'
        ? playbookRunner(clock, options.playbooks)
        : fleetRunner(clock, delays, ({ inventory }) => (inventory === INVENTORY ? fleet : repository), installMs),
    version: options.version ?? '24.6.1',
    username: 'eucora-hub',
    pageSize: options.pageSize ?? 25,
    ledger: () => server.ledger,
    nextId: () => (nextId += 1),
  };
  furnish(state, world, options, devices);

  const validate = options.contract && (await contractOf(options.contract));
  const limit = options.quotas && quota({ ...options.quotas, clock });
  const routes = [...inventoryRoutes(world), ...launchRoutes(world), ...jobRoutes(world)].map((one) => ({
    ...one,
    path: `${apiPrefix}${one.path}`,
  }));

  const server: SimulatorServer<AwxInstance> = await createSimulatorServer<AwxInstance>({
    name: 'AWX',
    routes: routes.map(limited(limit)).map(namedRoute()),
    state,
    authenticate: ({ headers }) => (known && headers.authorization === `Bearer ${token}` ? undefined : unauthorized()),
    ...(validate && { validate }),
    refuse: (violations) => badField('__all__', violations.join('; ')),
    notFound: ({ method, path }): Answer =>
      path.startsWith(`${apiPrefix}/labels/`) ? detail(405, `Method "${method}" not allowed.`) : notFound(),
    clock,
    ...(options.port !== undefined && { port: options.port }),
  });

  return Object.defineProperties(
    {
      apiPrefix,
      token,
      inventory: INVENTORY,
      installTemplate: INSTALL_TEMPLATE,
      repositoryTemplate: REPOSITORY_TEMPLATE,
      fleet,
      groupId: (name: string) => [...state.groups.values()].find((one) => one.name === name)!.id,
      settled: () => world.runner.settled(),
      revokeToken: () => {
        known = false;
      },
    },
    {
      ...Object.getOwnPropertyDescriptors(server),
      close: { value: async () => void (await Promise.all([world.runner.close(), server.close()])) },
    },
  ) as AwxSimulator;
}

/** An organisation with two inventories, the hosts in their groups, and the two templates. */
function furnish(
  state: AwxInstance,
  world: World,
  options: AwxSimulatorOptions,
  devices: readonly { readonly id: string; readonly groups: readonly string[] }[],
): void {
  const at = world.clock.now().getTime();
  state.inventories.set(INVENTORY, { id: INVENTORY, name: 'Linux hosts', organization: ORGANISATION });
  state.inventories.set(REPOSITORY_INVENTORY, {
    id: REPOSITORY_INVENTORY,
    name: 'Repositories',
    organization: ORGANISATION,
  });
  const ids = new Map<string, number>();
  const groupOf = (inventory: number, name: string) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = world.nextId();
    ids.set(name, id);
    state.groups.set(id, {
      id,
      inventory,
      name,
      description: '',
      variables: '',
      createdAt: at,
      modifiedAt: at,
      children: [],
    });
    return id;
  };
  const local = options.runner === 'ansible-playbook' ? { ansible_connection: 'local' } : {};
  const variables = JSON.stringify(options.hostVariables ?? local);
  for (const { id: name, groups } of devices) {
    const inventory = name === REPOSITORY_HOST ? REPOSITORY_INVENTORY : INVENTORY;
    const held = groups.filter((group) => !group.startsWith('host:')).map((group) => groupOf(inventory, group));
    const id = world.nextId();
    state.hosts.set(id, { id, inventory, name, enabled: true, variables, createdAt: at, groups: held });
  }
  const template: Omit<SimTemplate, 'id' | 'name' | 'inventory' | 'playbook'> = {
    organization: ORGANISATION,
    limit: '',
    extraVars: {},
    asks: PROMPTS,
    allowSimultaneous: false,
    surveyRequires: [],
    passwordsNeeded: [],
  };
  for (const one of [
    {
      ...template,
      id: INSTALL_TEMPLATE,
      name: 'EUCORA package install',
      inventory: INVENTORY,
      playbook: 'package_install.yml',
      ...options.installTemplate,
    },
    {
      ...template,
      id: REPOSITORY_TEMPLATE,
      name: 'EUCORA repository sync',
      inventory: REPOSITORY_INVENTORY,
      playbook: 'repo_sync.yml',
      ...options.repositoryTemplate,
    },
  ]) {
    state.templates.set(one.id, one);
  }
}

const limited =
  (limit: (() => Answer | undefined) | undefined) =>
  (one: Route<AwxInstance>): Route<AwxInstance> =>
    limit ? { ...one, handler: (exchange) => limit() ?? one.handler(exchange) } : one;

function namedRoute(): (one: Route<AwxInstance>) => Route<AwxInstance> {
  let turn = 0;
  return (one) => ({ ...one, handler: async (exchange) => named(await one.handler(exchange), (turn += 1)) });
}
