import type { Artifacts, EvidenceItem, Order, ScanFacts } from '@eucora/sdk';
import { givenOrder, givenPackage, memoryArtifacts, testContext } from '@eucora/sdk/testing';
import { scanEvidence } from '../src/index.js';

/** The artifact that every report here is held against. */
export const ARTIFACT = givenPackage().artifact;
const FILE = `/scanned/${ARTIFACT.sha256}.exe`;

const trivyFinding = (id: string, more: object = {}) => ({
  VulnerabilityID: id,
  PkgName: 'zlib',
  PkgIdentifier: { PURL: 'pkg:generic/zlib@1.2.0' },
  InstalledVersion: '1.2.0',
  FixedVersion: '1.3.1',
  Severity: 'HIGH',
  ...more,
});

/** A report that is right in every way, with each kind of finding. */
export const givenTrivy = (overrides: object = {}) => ({
  SchemaVersion: 2,
  Trivy: { Version: '0.74.0', VulnerabilityDB: { UpdatedAt: '2026-11-20T00:31:00.5Z' } },
  CreatedAt: '2026-11-20T10:00:00.000000005+01:00',
  ArtifactName: FILE,
  ArtifactType: 'filesystem',
  Results: [
    {
      Target: 'lib/zlib.dll',
      Vulnerabilities: [
        trivyFinding('CVE-2026-0002'),
        trivyFinding('CVE-2026-0001', { Severity: 'CRITICAL', FixedVersion: '' }),
        trivyFinding('CVE-2026-0002', { Severity: 'LOW' }),
      ],
      ExperimentalModifiedFindings: [
        {
          Type: 'vulnerability',
          Status: 'not_affected',
          Statement: 'vulnerable_code_not_present',
          Source: 'vex.json',
          Finding: trivyFinding('CVE-2026-0003'),
        },
        { Type: 'vulnerability', Status: 'under_investigation', Finding: trivyFinding('CVE-2026-0004') },
        { Type: 'secret', Status: 'ignored', Finding: { RuleID: 'aws-key', Severity: 'HIGH', Match: 'AKIA-SECRET' } },
        { Type: 'license', Status: 'ignored', Finding: { Name: 'GPL-3.0' } },
      ],
    },
    {
      Target: 'Dockerfile',
      Misconfigurations: [
        { ID: 'AVD-DS-0002', Severity: 'MEDIUM', Status: 'FAIL' },
        { ID: 'AVD-DS-0001', Severity: 'LOW', Status: 'PASS' },
        { ID: 'AVD-DS-0003', Severity: 'LOW', Status: 'EXCEPTION' },
      ],
      Secrets: [{ RuleID: 'github-pat', Severity: 'CRITICAL', Match: 'ghp_SECRET' }],
      Licenses: [{ Name: 'GPL-3.0', Severity: 'HIGH' }],
      Vulnerabilities: null,
    },
  ],
  ...overrides,
});

const grypeMatch = (id: string, severity: string, more: object = {}) => ({
  vulnerability: { id, severity, fix: { versions: ['1.3.1', '1.2.13'], state: 'fixed' } },
  artifact: { name: 'zlib', version: '1.2.0', purl: 'pkg:generic/zlib@1.2.0' },
  ...more,
});

export const givenGrype = (overrides: object = {}) => ({
  matches: [
    grypeMatch('CVE-2026-0005', 'Negligible'),
    grypeMatch('GHSA-aaaa-bbbb-cccc', 'Medium', { artifact: { name: 'left-pad', version: '1.3.0', purl: '' } }),
  ],
  ignoredMatches: [
    grypeMatch('CVE-2026-0006', 'High', {
      appliedIgnoreRules: [
        { namespace: 'vex', 'vex-status': 'not_affected', 'vex-justification': 'component_not_present' },
        { reason: 'agreed with security', 'fix-state': 'wont-fix' },
      ],
    }),
    grypeMatch('CVE-2026-0007', 'High', { appliedIgnoreRules: [{ vulnerability: 'CVE-2026-0007' }] }),
    grypeMatch('CVE-2026-0008', 'High'),
  ],
  source: { type: 'file', target: FILE },
  descriptor: {
    name: 'grype',
    version: '0.104.0',
    timestamp: '2026-11-20T10:00:00Z',
    db: { status: { built: '2026-11-19T02:00:00Z', valid: true } },
  },
  ...overrides,
});

const sarifResult = (ruleId: string, more: object = {}) => ({
  ruleId,
  message: { text: 'do not' },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'src/main.c' } } }],
  ...more,
});

export const givenSarif = (results: readonly object[] = [sarifResult('R1')], run: object = {}) => ({
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Watchdog',
          semanticVersion: '4.2.0',
          rules: [
            { id: 'R1', properties: { 'security-severity': '9.8' } },
            { id: 'R2', defaultConfiguration: { level: 'error' }, properties: { 'security-severity': '0.0' } },
          ],
        },
        extensions: [{ name: 'more', rules: [{ id: 'X1', defaultConfiguration: { level: 'note' } }] }],
      },
      invocations: [{ executionSuccessful: true, endTimeUtc: '2026-11-20T10:00:00Z' }],
      artifacts: [{ roles: ['analysisTarget'], hashes: { 'sha-256': ARTIFACT.sha256.toUpperCase() } }],
      results,
      ...run,
    },
  ],
});
export { sarifResult };

export const givenCycloneDx = (overrides: object = {}) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: {
    timestamp: '2026-11-20T10:00:00Z',
    tools: { components: [{ type: 'application', name: 'depscan', version: '6.0' }] },
    component: { type: 'application', name: 'tool', hashes: [{ alg: 'SHA-256', content: ARTIFACT.sha256 }] },
  },
  components: [
    {
      'bom-ref': 'a',
      name: 'zlib',
      components: [{ 'bom-ref': 'b', name: 'pad', version: '1', purl: 'pkg:npm/pad@1' }],
    },
  ],
  vulnerabilities: [
    {
      id: 'CVE-2026-0009',
      ratings: [{ severity: 'low' }, { severity: 'high' }],
      affects: [{ ref: 'a' }, { ref: 'b' }],
    },
    {
      id: 'CVE-2026-0010',
      source: { name: 'vendor' },
      ratings: [
        { severity: 'critical', source: { name: 'NVD' } },
        { severity: 'moderate', source: { name: 'vendor' } },
      ],
      affects: [{ ref: 'elsewhere', versions: [{ version: '7' }] }],
    },
    {
      id: 'CVE-2026-0011',
      ratings: [
        { method: 'CVSSv31', score: 9.1 },
        { method: 'other', score: 0.9 },
      ],
    },
    {
      id: 'CVE-2026-0012',
      ratings: [{ severity: 'high' }],
      analysis: { state: 'false_positive', detail: 'another zlib' },
      affects: [{ ref: 'a' }],
    },
    { id: 'CVE-2026-0013', analysis: { state: 'in_triage' }, affects: [{ ref: 'a' }] },
  ],
  ...overrides,
});

/** What the provider makes of these bytes, or of this value as JSON. */
export async function collected(content: unknown, fileName = 'scan.json'): Promise<EvidenceItem> {
  const { order, artifacts } = givenDocument(content, fileName);
  const [item, ...more] = await scanEvidence().collect(testContext({ artifacts }), order);
  if (!item || more.length > 0) throw new Error(`one document gave ${more.length + (item ? 1 : 0)} items`);
  return item;
}

export async function factsOf(content: unknown): Promise<ScanFacts> {
  const { facts, absent } = await collected(content);
  if (!facts) throw new Error(`no facts: ${absent}`);
  return facts as unknown as ScanFacts;
}

/** Why there are no facts. */
export const absenceOf = async (content: unknown): Promise<string | undefined> => (await collected(content)).absent;

export function givenDocument(content: unknown, fileName = 'scan.json'): { order: Order; artifacts: Artifacts } {
  const artifacts = memoryArtifacts();
  const bytes = content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
  const documents = [{ ...artifacts.add(bytes), fileName, kind: 'scan' as const }];
  return { order: givenOrder({ package: givenPackage({ documents }) }), artifacts };
}
