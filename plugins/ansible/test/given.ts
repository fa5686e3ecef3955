import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Order } from '@eucora/sdk';
import {
  givenOrder,
  givenPackage,
  memoryJournal,
  testContext,
  virtualClock,
  type FleetOptions,
  type MemoryJournal,
  type MovableClock,
  type OpenApiDocument,
  type TestContext,
} from '@eucora/sdk/testing';
import { ansibleConfig, type AnsibleConfig } from '../src/config.js';
import { ansible } from '../src/plane.js';
import { readRecord, type AssignmentRecord, type PackageRecord } from '../src/records.js';
import { startAwxSimulator, type AwxSimulator, type AwxSimulatorOptions, type SimGroup } from '../simulator/index.js';

export { collected, failureOf } from '@eucora/sdk/testing';

export const LAB = 'tag_lab';
export const CANARY = 'tag_canary';
export const KIOSKS = 'tag_kiosk';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** AWX's own document, where it is at hand. Its absence is said once, aloud. */
export const contract: Readonly<Record<string, OpenApiDocument>> | undefined = readContract();

/** Five hosts in lab (one of them a kiosk), ten in canary. */
export const FLEET: Pick<FleetOptions, 'seed' | 'devices'> = {
  seed: 7,
  devices: [
    ...range(4).map((n) => ({ id: `lab-${n}`, groups: [LAB], platform: 'linux' as const })),
    { id: 'lab-kiosk', groups: [LAB, KIOSKS], platform: 'linux' },
    ...range(10).map((n) => ({ id: `canary-${n}`, groups: [CANARY], platform: 'linux' as const })),
  ],
};

export interface World {
  readonly simulator: AwxSimulator;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  readonly config: AnsibleConfig;
  readonly plane: ReturnType<typeof ansible>;
  stop(): Promise<void>;
}

export interface WorldOptions extends AwxSimulatorOptions {
  readonly settings?: Partial<AnsibleConfig>;
  readonly connect?: boolean;
  /** Holds requests against the contract, where there is one. Default true. */
  readonly checked?: boolean;
}

/** A connected plane before a simulator of its own, both on one virtual clock. */
export async function givenWorld(options: WorldOptions = {}): Promise<World> {
  const { settings, connect = true, checked = true, ...rest } = options;
  const clock = virtualClock({ autoAdvance: true });
  const simulator = await startAwxSimulator({ clock, fleet: FLEET, ...(checked && contract && { contract }), ...rest });
  const config = await givenConfig({ ...settingsFor(simulator), ...settings });
  const ctx = givenContext(clock, simulator);
  const plane = ansible(config, 'ansible');
  if (connect) await plane.connect(ctx);
  return {
    simulator,
    clock,
    ctx,
    config,
    plane,
    async stop() {
      await plane.disconnect(ctx);
      await simulator.close();
    },
  };
}

export const settingsFor = (simulator: AwxSimulator) => ({
  url: simulator.url,
  apiPrefix: simulator.apiPrefix,
  token: 'env:AWX_TOKEN',
  inventory: simulator.inventory,
  installTemplate: simulator.installTemplate,
  repositoryTemplate: simulator.repositoryTemplate,
  artifactUrl: 'https://artifacts.example.test/{sha256}/{file_name}',
});

export async function givenConfig(settings: object): Promise<AnsibleConfig> {
  const result = ansibleConfig['~standard'].validate(settings);
  if (result.issues) {
    throw new Error(result.issues.map(({ path, message }) => `${String(path)}: ${message}`).join('; '));
  }
  return result.value;
}

export const givenContext = (clock: MovableClock, { token }: { readonly token: string }) =>
  testContext({ clock, secrets: { 'env:AWX_TOKEN': token } });

export const tool = (version: string, name = 'Example Tool') =>
  givenPackage({
    name,
    version,
    platform: 'linux',
    installCommand: 'apt-get install -y example-tool',
    uninstallCommand: 'apt-get remove -y example-tool',
    detection: [{ kind: 'package', name: 'example-tool', version }],
  });

export const newer = (overrides: Partial<Order> = {}): Order =>
  givenOrder({ plane: 'ansible', package: tool('2.0.0'), scope: { include: [LAB] }, ...overrides });

export const older = (overrides: Partial<Order> = {}): Order =>
  newer({
    package: tool('1.0.0'),
    intentId: 'intent-0',
    correlationId: '11111111-7425-40de-944b-e07fc1f90ae7',
    ...overrides,
  });

export const journalOf = ({ ctx }: World): MemoryJournal => memoryJournal({ now: () => ctx.now() });

export const publish = async ({ plane, ctx, ...world }: World, order: Order) =>
  (await plane.publishPackage(ctx, { order, journal: journalOf({ plane, ctx, ...world }) })).done;

export const assign = async (world: World, order: Order) =>
  (await world.plane.createAssignment(world.ctx, { order, journal: journalOf(world) })).done;

export const remediate = async (world: World, order: Order) =>
  (await world.plane.remediate(world.ctx, { order, journal: journalOf(world) })).done;

export const deploy = async (world: World, order: Order) => [
  ...(await publish(world, order)),
  ...(await assign(world, order)),
];

export const kindsOf = (operations: readonly { readonly kind: string }[]) => operations.map(({ kind }) => kind);

/** What a person sees of ours in AWX's groups. */
export const recordsIn = ({ simulator }: World) =>
  [...simulator.state.groups.values()].flatMap((group) => {
    const record = readRecord(group.variables);
    return record ? [{ group, record }] : [];
  });

export const packagesIn = (world: World): PackageRecord[] =>
  recordsIn(world).flatMap(({ record }) => (record.kind === 'package' ? [record] : []));

export const assignmentsIn = (world: World): (AssignmentRecord & { group: SimGroup })[] =>
  recordsIn(world).flatMap(({ group, record }) => (record.kind === 'assignment' ? [{ ...record, group }] : []));

export const jobsOf = ({ simulator }: World, template = simulator.installTemplate) =>
  [...simulator.state.jobs.values()].filter((job) => job.template === template);

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function readContract(): Readonly<Record<string, OpenApiDocument>> | undefined {
  const file = fileURLToPath(new URL('../../../../shared/contracts/awx.openapi.json', import.meta.url));
  if (existsSync(file)) return { awx: JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument };
  console.warn(`\n  ATTENTION: no AWX contract at ${file}; requests are NOT checked against it\n`);
  return undefined;
}
