import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeIssue, type Order } from '@eucora/sdk';
import {
  givenArtifact,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  realClock,
  testContext,
  virtualClock,
  type FleetOptions,
  type MovableClock,
  type OpenApiDocument,
  type OpenApiValidator,
  type TestContext,
} from '@eucora/sdk/testing';
import { sccmConfig, type SccmConfig } from '../src/config.js';
import { sccm } from '../src/plane.js';
import {
  contractNames,
  contractOf,
  startSccmSimulator,
  type SccmDevice,
  type SccmSimulator,
  type SccmSimulatorOptions,
} from '../simulator/index.js';

export { collected, failureOf } from '@eucora/sdk/testing';

export const LAB = 'ABC00014';
export const CANARY = 'ABC00015';
export const KIOSKS = 'ABC00030';
export const SHARE = '\\\\files.contoso.example\\eucora';
export const CONTRACTS = new URL('../../../../shared/contracts/', import.meta.url);

/** What is known of the real service, where it is at hand. Its absence is said once, aloud. */
export const contract: OpenApiValidator = await readContract();

/** Five devices in lab (one of them a kiosk, one at another site), ten in canary. */
export const FLEET: Pick<FleetOptions, 'seed'> & { readonly devices: readonly SccmDevice[] } = {
  seed: 7,
  devices: [
    ...range(3).map((n) => ({ id: `LAB-${n}`, groups: [LAB], platform: 'windows' as const })),
    { id: 'LAB-SHIP', groups: [LAB], platform: 'windows', site: 'XYZ' },
    { id: 'LAB-KIOSK', groups: [LAB, KIOSKS], platform: 'windows' },
    ...range(10).map((n) => ({ id: `CANARY-${n}`, groups: [CANARY], platform: 'windows' as const })),
  ],
};

export interface World {
  readonly simulator: SccmSimulator;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  readonly config: SccmConfig;
  readonly plane: ReturnType<typeof sccm>;
  /** Where the share is mounted. */
  readonly folder: string;
  /** Changes what the secret provider gives from now on. */
  readonly secrets: Record<string, string>;
  stop(): Promise<void>;
}

/** A connected plane before a simulator of its own, both on one virtual clock, and a content share of its own. */
export async function givenWorld(
  options: SccmSimulatorOptions & { readonly settings?: object; readonly connect?: boolean } = {},
): Promise<World> {
  const { settings, connect = true, ...rest } = options;
  const clock = virtualClock({ autoAdvance: true });
  const folder = await mkdtemp(join(tmpdir(), 'eucora-sccm-test-'));
  const simulator = await startSccmSimulator({
    clock,
    signInClock: realClock,
    fleet: FLEET,
    sites: ['XYZ'],
    contract,
    content: { share: SHARE, folder },
    ...rest,
  });
  const config = givenConfig({ ...settingsFor(simulator, folder), ...settings });
  const secrets = { 'env:PROOF': simulator.issueProof(), 'env:AUTHORING': simulator.authoringToken };
  const ctx = givenContext(clock, secrets);
  const plane = sccm(config, 'sccm');
  if (connect) await plane.connect(ctx);
  return {
    simulator,
    clock,
    ctx,
    config,
    plane,
    folder,
    secrets,
    async stop() {
      await plane.disconnect(ctx);
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const settingsFor = (simulator: SccmSimulator, contentFolder: string) => ({
  adminServiceUrl: simulator.adminServiceUrl,
  siteCode: simulator.siteCode,
  sites: [] as string[],
  negotiate: { kind: 'token', token: 'env:PROOF' },
  authoring: { kind: 'https', url: simulator.authoringUrl, token: 'env:AUTHORING' },
  contentShare: SHARE,
  contentFolder,
  distributionPointGroups: ['All sites'],
});

export function givenConfig(settings: object): SccmConfig {
  const result = sccmConfig['~standard'].validate(settings);
  if (result.issues) throw new Error(result.issues.map(describeIssue).join('; '));
  return result.value;
}

export const givenContext = (
  clock: MovableClock,
  secrets: Readonly<Record<string, string>>,
  artifacts = memoryArtifacts(...['1.0.0', '2.0.0'].map(givenArtifact)),
): TestContext => testContext({ clock, artifacts, secrets });

export const newer = (overrides: Partial<Order> = {}): Order =>
  givenOrder({ plane: 'sccm', scope: { include: [LAB] }, ...overrides });

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

async function readContract(): Promise<OpenApiValidator> {
  const read = contractNames.flatMap((name) => {
    const file = fileURLToPath(new URL(`${name}.openapi.json`, CONTRACTS));
    return existsSync(file) ? [[name, JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument] as const] : [];
  });
  if (read.length < contractNames.length) {
    console.warn(
      `\n  ATTENTION: no contract of AdminService in ${fileURLToPath(CONTRACTS)}; its requests are NOT checked against it\n`,
    );
  }
  return contractOf(Object.fromEntries(read));
}
