import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order, Package, RingName } from '@eucora/sdk';
import {
  collected,
  contractsIn,
  failureOf,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  memoryJournal,
  testContext,
  virtualClock,
  type FleetOptions,
  type MovableClock,
  type OpenApiValidator,
  type TestContext,
} from '@eucora/sdk/testing';
import { landscapeConfig, type LandscapeConfig } from '../src/config.js';
import { landscape } from '../src/plane.js';
import {
  contractNames,
  contractOf,
  makeDeb,
  serveFolder,
  startLandscapeSimulator,
  type LandscapeSimulator,
  type LandscapeSimulatorOptions,
  type WebServer,
} from '../simulator/index.js';

export { collected, failureOf };

export const LAB = 'ring-lab';
export const CANARY = 'ring-canary';
export const ANNEX = 'lab-annex';

/** Canonical's interfaces as data, where they are at hand. Their absence is said once, aloud. */
export const contract: OpenApiValidator | undefined = await readContract();

/** Five machines in lab (one of them in the annex too), ten in canary. */
export const FLEET: Pick<FleetOptions, 'seed' | 'devices'> = {
  seed: 7,
  devices: [
    ...range(4).map((n) => ({ id: String(n + 1), groups: [LAB], platform: 'linux' as const })),
    { id: '5', groups: [LAB, ANNEX], platform: 'linux' },
    ...range(10).map((n) => ({ id: String(n + 11), groups: [CANARY], platform: 'linux' as const })),
  ],
};

export const debFor = (version: string, name = 'example-tool'): Buffer =>
  makeDeb({ name, version: `${version}-1`, files: { '/usr/bin/example-tool': `#!/bin/sh\necho ${version}\n` } });

export interface World {
  readonly simulator: LandscapeSimulator;
  readonly web: WebServer;
  readonly folder: string;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  readonly config: LandscapeConfig;
  readonly plane: ReturnType<typeof landscape>;
  stop(): Promise<void>;
}

export type WorldOptions = LandscapeSimulatorOptions & {
  readonly settings?: object;
  readonly repository?: (simulator: LandscapeSimulator) => object;
  readonly connect?: boolean;
};

/** A connected plane before a simulator of its own, both on one virtual clock, and a web server for the artifacts. */
export async function givenWorld(options: WorldOptions = {}): Promise<World> {
  const { settings, repository, connect = true, ...rest } = options;
  const clock = virtualClock({ autoAdvance: true });
  const folder = await mkdtemp(join(tmpdir(), 'eucora-landscape-test-'));
  const web = await serveFolder(folder);
  const simulator = await startLandscapeSimulator({ clock, fleet: FLEET, ...(contract && { contract }), ...rest });
  const config = givenConfig({
    ...settingsFor(simulator),
    ...(simulator.archive && {
      repository: {
        publications: simulator.publications,
        artifactFolder: folder,
        artifactBaseUrl: web.url,
        ...repository?.(simulator),
      },
    }),
    ...(!simulator.archive && { pockets: simulator.pockets }),
    ...settings,
  });
  const ctx = givenContext(clock, simulator);
  const plane = landscape(config, 'landscape');
  if (connect) await plane.connect(ctx);
  return {
    simulator,
    web,
    folder,
    clock,
    ctx,
    config,
    plane,
    async stop() {
      await plane.disconnect(ctx);
      await simulator.close();
      await web.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server of 25.10, whose pull pockets would get these versions of the package. */
export async function givenPockets(
  origins: Readonly<Partial<Record<RingName, readonly string[]>>>,
  options: WorldOptions = {},
): Promise<World> {
  const world = await givenWorld({ version: '25.10', ...options });
  for (const [ring, versions] of Object.entries(origins)) {
    const pocket = world.simulator.state.pockets.get(`ubuntu/noble/${ring}`)!;
    pocket.origin = versions.map((version) => ['example-tool', version]);
  }
  return world;
}

export const settingsFor = (simulator: Pick<LandscapeSimulator, 'url'>) => ({
  url: simulator.url,
  accessKey: 'env:ACCESS_KEY',
  secretKey: 'env:SECRET_KEY',
});

export function givenConfig(settings: object): LandscapeConfig {
  const result = landscapeConfig['~standard'].validate(settings);
  if (result.issues)
    throw new Error(result.issues.map(({ path, message }) => `${String(path)}: ${message}`).join('; '));
  return result.value;
}

export const givenContext = (
  clock: MovableClock,
  { accessKey, secretKey }: Pick<LandscapeSimulator, 'accessKey' | 'secretKey'>,
  artifacts = memoryArtifacts(debFor('1.0.0'), debFor('2.0.0')),
) => testContext({ clock, artifacts, secrets: { 'env:ACCESS_KEY': accessKey, 'env:SECRET_KEY': secretKey } });

export function givenLinuxPackage(version = '2.0.0', overrides: Partial<Package> = {}): Package {
  const bytes = debFor(version);
  return givenPackage({
    version,
    platform: 'linux',
    artifact: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      fileName: `example-tool_${version}-1_all.deb`,
    },
    installCommand: 'apt-get install -y example-tool',
    uninstallCommand: 'apt-get remove -y example-tool',
    detection: [{ kind: 'package', name: 'example-tool', version: `${version}-1` }],
    ...overrides,
  });
}

export const newer = (overrides: Partial<Order> = {}): Order =>
  givenOrder({ plane: 'landscape', package: givenLinuxPackage(), scope: { include: [LAB] }, ...overrides });

export const older = (overrides: Partial<Order> = {}): Order =>
  newer({
    package: givenLinuxPackage('1.0.0'),
    intentId: 'intent-0',
    correlationId: '11111111-7425-40de-944b-e07fc1f90ae7',
    ...overrides,
  });

/** A fresh journal on the clock that the plane sees. */
export const journalOf = ({ ctx }: Pick<World, 'ctx'>) => memoryJournal({ now: () => ctx.now() });

export const publish = async (world: World, order: Order) =>
  (await world.plane.publishPackage(world.ctx, { order, journal: journalOf(world) })).done;

export const assign = async (world: World, order: Order) =>
  (await world.plane.createAssignment(world.ctx, { order, journal: journalOf(world) })).done;

export const deploy = async (world: World, order: Order) => [
  ...(await publish(world, order)),
  ...(await assign(world, order)),
];

export const statesOf = async (world: World, order: Order) => collected(world.plane.deviceStates(world.ctx, { order }));

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function readContract(): Promise<OpenApiValidator | undefined> {
  const folder = fileURLToPath(new URL('../../../../shared/contracts/', import.meta.url));
  const documents = contractsIn(folder, contractNames, (sentence) => console.warn(`\n  ${sentence}\n`));
  return documents && contractOf(documents);
}
