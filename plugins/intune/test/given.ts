import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order } from '@eucora/sdk';
import {
  givenArtifact,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  testContext,
  virtualClock,
  type FleetOptions,
  type MovableClock,
  type OpenApiDocument,
  type OpenApiValidator,
  type TestContext,
} from '@eucora/sdk/testing';
import { intuneConfig, type IntuneConfig } from '../src/config.js';
import { intune } from '../src/plane.js';
import {
  generateCertificate,
  contractNames,
  contractOf,
  startIntuneSimulator,
  type IntuneSimulator,
  type IntuneSimulatorOptions,
} from '../simulator/index.js';

export { collected } from '@eucora/sdk/testing';

export const LAB = 'group-lab';
export const CANARY = 'group-canary';
export const KIOSKS = 'group-kiosks';

/** One for the whole test run: making a key takes time and proves nothing. */
export const credentials = generateCertificate();

/** Microsoft's documents, where they are at hand. Their absence is said once, aloud. */
export const contract: OpenApiValidator | undefined = await readContract();

/** Five devices in lab (one of them a kiosk), ten in canary. */
export const FLEET: Pick<FleetOptions, 'seed' | 'devices'> = {
  seed: 7,
  devices: [
    ...range(4).map((n) => ({ id: `lab-${n}`, groups: [LAB], platform: 'windows' as const })),
    { id: 'lab-kiosk', groups: [LAB, KIOSKS], platform: 'windows' },
    ...range(10).map((n) => ({ id: `canary-${n}`, groups: [CANARY], platform: 'windows' as const })),
  ],
};

export interface World {
  readonly simulator: IntuneSimulator;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  readonly config: IntuneConfig;
  readonly plane: ReturnType<typeof intune>;
  stop(): Promise<void>;
}

/** A connected plane before a simulator of its own, both on one virtual clock. */
export async function givenWorld(
  options: IntuneSimulatorOptions & { readonly settings?: Partial<IntuneConfig>; readonly connect?: boolean } = {},
): Promise<World> {
  const { settings, connect = true, ...rest } = options;
  const clock = virtualClock({ autoAdvance: true });
  const simulator = await startIntuneSimulator({
    clock,
    fleet: FLEET,
    certificate: credentials.certificate,
    ...(contract && { contract }),
    ...rest,
  });
  const config = await givenConfig({ ...settingsFor(simulator), ...settings });
  const ctx = givenContext(clock);
  const plane = intune(config, 'intune');
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

export const settingsFor = (simulator: IntuneSimulator) => ({
  tenantId: simulator.tenantId,
  clientId: simulator.clientId,
  certificate: 'env:CERTIFICATE',
  privateKey: 'env:PRIVATE_KEY',
  graphUrl: simulator.graphUrl,
  loginUrl: simulator.loginUrl,
  extraHosts: [] as string[],
});

export async function givenConfig(settings: object): Promise<IntuneConfig> {
  const result = intuneConfig['~standard'].validate(settings);
  if (result.issues)
    throw new Error(result.issues.map(({ path, message }) => `${String(path)}: ${message}`).join('; '));
  return result.value;
}

export const givenContext = (
  clock: MovableClock,
  artifacts = memoryArtifacts(...['1.0.0', '2.0.0'].map(givenArtifact)),
) =>
  testContext({
    clock,
    artifacts,
    secrets: { 'env:CERTIFICATE': credentials.certificate, 'env:PRIVATE_KEY': credentials.privateKey },
  });

export const newer = (overrides: Partial<Order> = {}): Order =>
  givenOrder({ plane: 'intune', scope: { include: [LAB] }, ...overrides });

export const older = (overrides: Partial<Order> = {}): Order =>
  newer({
    package: givenPackage({ version: '1.0.0' }),
    intentId: 'intent-0',
    correlationId: '11111111-7425-40de-944b-e07fc1f90ae7',
    ...overrides,
  });

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function readContract(): Promise<OpenApiValidator | undefined> {
  const folder = fileURLToPath(new URL('../../../../shared/contracts/', import.meta.url));
  const files = contractNames.map((name) => [name, join(folder, `${name}.openapi.json`)] as const);
  if (!files.every(([, file]) => existsSync(file))) {
    console.warn(`\n  ATTENTION: no Graph contract in ${folder}; requests are NOT checked against it\n`);
    return undefined;
  }
  return contractOf(
    Object.fromEntries(files.map(([name, file]) => [name, JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument])),
  );
}
