import { fileURLToPath } from 'node:url';
import type { Order } from '@eucora/sdk';
import {
  contractsIn,
  givenArtifact,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  memoryJournal,
  testContext,
  virtualClock,
  type FleetOptions,
  type MemoryJournal,
  type MovableClock,
  type OpenApiValidator,
  type TestContext,
} from '@eucora/sdk/testing';
import { jamfConfig, type JamfConfig } from '../src/config.js';
import { jamf } from '../src/plane.js';
import {
  contractNames,
  contractOf,
  latest,
  startJamfSimulator,
  type JamfSimulator,
  type JamfSimulatorOptions,
  type SimPackage,
  type SimPolicy,
} from '../simulator/index.js';

export { collected, failureOf } from '@eucora/sdk/testing';

export const LAB = 'Lab Macs';
export const CANARY = 'Canary Macs';
export const KIOSKS = 'Kiosk Macs';

/** Beside the repository, where it is at hand. */
export const CONTRACTS = new URL('../../../../shared/contracts/', import.meta.url);

/** Jamf's documents, where they are at hand. Their absence is said once, aloud. */
export const contract: OpenApiValidator | undefined = await readContract();

/** Five Macs in lab (one of them a kiosk), ten in canary. */
export const FLEET: Pick<FleetOptions, 'seed' | 'devices'> = {
  seed: 7,
  devices: [
    ...range(4).map((n) => ({ id: `lab-${n}`, groups: [LAB], platform: 'macos' as const })),
    { id: 'lab-kiosk', groups: [LAB, KIOSKS], platform: 'macos' },
    ...range(10).map((n) => ({ id: `canary-${n}`, groups: [CANARY], platform: 'macos' as const })),
  ],
};

export interface World {
  readonly simulator: JamfSimulator;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  readonly config: JamfConfig;
  readonly plane: ReturnType<typeof jamf>;
  stop(): Promise<void>;
}

/** A connected plane before a simulator of its own, both on one virtual clock. */
export async function givenWorld(
  options: JamfSimulatorOptions & { readonly settings?: Partial<JamfConfig>; readonly connect?: boolean } = {},
): Promise<World> {
  const { settings, connect = true, ...rest } = options;
  const clock = virtualClock({ autoAdvance: true });
  const simulator = await startJamfSimulator({ clock, fleet: FLEET, ...(contract && { contract }), ...rest });
  const config = givenConfig({ ...settingsFor(simulator), ...settings });
  const ctx = givenContext(simulator, clock);
  const plane = jamf(config, 'jamf');
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

export const settingsFor = ({ url, clientId }: Pick<JamfSimulator, 'url' | 'clientId'>) => ({
  url,
  clientId,
  clientSecret: 'env:JAMF_SECRET',
});

export function givenConfig(settings: object): JamfConfig {
  const result = jamfConfig['~standard'].validate(settings);
  if (result.issues)
    throw new Error(result.issues.map(({ path, message }) => `${String(path)}: ${message}`).join('; '));
  return result.value;
}

export const givenContext = (
  { clientSecret }: Pick<JamfSimulator, 'clientSecret'>,
  clock: MovableClock,
  artifacts = memoryArtifacts(...['1.0.0', '2.0.0'].map(givenArtifact)),
) => testContext({ clock, artifacts, secrets: { 'env:JAMF_SECRET': clientSecret } });

/** The package of the tests, as a Mac would have it. */
export function givenMacPackage(version: string, overrides: Partial<Order['package']> = {}): Order['package'] {
  const pkg = givenPackage({ version });
  return {
    ...pkg,
    platform: 'macos',
    artifact: { ...pkg.artifact, fileName: 'example-tool.pkg' },
    installCommand: 'installer -pkg example-tool.pkg -target /',
    uninstallCommand: 'rm -rf "/Applications/Example Tool.app" && pkgutil --forget example.tool',
    detection: [{ kind: 'file', path: '/Applications', fileName: 'Example Tool.app', version }],
    ...overrides,
  };
}

export const newer = (overrides: Partial<Order> = {}): Order =>
  givenOrder({ plane: 'jamf', scope: { include: [LAB] }, package: givenMacPackage('2.0.0'), ...overrides });

export const older = (overrides: Partial<Order> = {}): Order =>
  newer({
    package: givenMacPackage('1.0.0'),
    intentId: 'intent-0',
    correlationId: '11111111-7425-40de-944b-e07fc1f90ae7',
    ...overrides,
  });

/** A fresh journal on the clock that the plane sees. */
export const journalOf = ({ ctx }: Pick<World, 'ctx'>): MemoryJournal => memoryJournal({ now: () => ctx.now() });

/** Publishes and assigns. @returns the kinds of the operations that were done */
export async function deploy({ plane, ctx }: Pick<World, 'plane' | 'ctx'>, order: Order, journal = journalOf({ ctx })) {
  const published = await plane.publishPackage(ctx, { order, journal });
  const assigned = await plane.createAssignment(ctx, { order, journal });
  return [...published.done, ...assigned.done].map(({ kind }) => kind);
}

export const policies = ({ simulator }: World): readonly SimPolicy[] => latest(simulator.state.policies);
export const packages = ({ simulator }: World): readonly SimPackage[] => latest(simulator.state.packages);

export const policyNamed = (world: World, name: string): SimPolicy | undefined =>
  policies(world).find(({ general }) => general.name === name);

/** Names of the groups that a policy aims at. */
export const groupsOf = ({ simulator }: World, { scope }: SimPolicy): readonly string[] =>
  scope.include.map((id) => latest(simulator.state.groups).find((group) => group.id === id)!.name);

export const writesOf = ({ simulator }: World): readonly string[] =>
  simulator.requests.filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function readContract(): Promise<OpenApiValidator | undefined> {
  const documents = contractsIn(fileURLToPath(CONTRACTS), contractNames, (sentence) =>
    console.warn(`\n  ${sentence}\n`),
  );
  return documents && contractOf(documents);
}
