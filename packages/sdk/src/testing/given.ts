import { createHash } from 'node:crypto';
import type { GateFacts } from '../policy-gate.js';
import type { Order, Package } from '../vocabulary.js';

/** The bytes behind {@link givenPackage}: `memoryArtifacts(givenArtifact())` makes them available. */
export const givenArtifact = (version = '2.0.0'): Uint8Array =>
  Buffer.from(`the installer of Example Tool ${version}\n`.repeat(64));

/** A complete package; the same call gives the same value. Its artifact is {@link givenArtifact} of its version. */
export function givenPackage(overrides: Partial<Package> = {}): Package {
  const version = overrides.version ?? '2.0.0';
  const bytes = givenArtifact(version);
  return {
    name: 'Example Tool',
    version,
    platform: 'windows',
    publisher: 'Example Org',
    description: 'What the tests install.',
    artifact: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      fileName: 'example-tool.exe',
    },
    installCommand: 'example-tool.exe /quiet',
    uninstallCommand: 'example-tool.exe /uninstall /quiet',
    detection: [{ kind: 'file', path: 'C:\\Program Files\\Example Tool', fileName: 'example-tool.exe', version }],
    ...overrides,
  };
}

/** A complete order with one target; the same call gives the same value. */
export const givenOrder = (overrides: Partial<Order> = {}): Order => ({
  correlationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  intentId: 'intent-1',
  plane: 'example',
  ring: 'lab',
  package: givenPackage(),
  purpose: 'required',
  scope: { include: ['group-lab'] },
  sizeLimit: 10,
  ...overrides,
});

/** What a gate is asked about an order that nothing speaks against; the same call gives the same value. */
export const givenFacts = (overrides: Partial<GateFacts> = {}): GateFacts => ({
  order: givenOrder(),
  evidence: [],
  risk: { score: 0, version: '1', factors: [] },
  requester: { subject: 'paula' },
  packagedBy: 'pete',
  approvals: [],
  waivers: [],
  incidents: [],
  digests: { evidence: 'e'.repeat(64), plan: 'b'.repeat(64) },
  now: new Date('2026-11-21T12:00:00Z'),
  ...overrides,
});
