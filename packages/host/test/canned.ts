import type { Approval, Drift, Plan, Rollout } from '@eucora/engine';
import type { Intent, Package } from '@eucora/sdk';

const AT = '2026-01-02T03:04:05.678Z';
export const DIGEST = 'ab'.repeat(32);

export const packageBody = {
  name: 'esbuild',
  version: '0.25.1',
  platform: 'windows',
  publisher: 'Evan Wallace',
  artifact: { sha256: DIGEST, size: 5, file_name: 'esbuild.exe' },
  install_command: 'esbuild.exe /S',
  uninstall_command: 'esbuild.exe /U',
  detection: [{ kind: 'registry', key_path: 'HKLM\\x', value_name: 'v' }],
};

export const pkg: Package = {
  name: 'esbuild',
  version: '0.25.1',
  platform: 'windows',
  publisher: 'Evan Wallace',
  artifact: { sha256: DIGEST, size: 5, fileName: 'esbuild.exe' },
  installCommand: 'esbuild.exe /S',
  uninstallCommand: 'esbuild.exe /U',
  detection: [{ kind: 'registry', keyPath: 'HKLM\\x', valueName: 'v' }],
};

/** A scope under the id of a connector, which is data: its letters stay as they are. */
const scopes = { myPlane: { include: ['Group-A'] } };

export const intentBody = {
  id: 'i-1',
  package_key: 'esbuild@0.25.1/windows',
  planes: ['myPlane'],
  rings: [
    { ring: 0, scopes, size_limit: 7 },
    { ring: 'canary', scopes },
  ],
  on_failure: 'rollback',
  remediate_compliance: true,
};

export const intent: Intent = {
  id: 'i-1',
  packageKey: 'esbuild@0.25.1/windows',
  planes: ['myPlane'],
  packages: { myPlane: 'esbuild@0.25.1/windows' },
  purpose: 'required',
  criticality: 'standard',
  rings: [{ ring: 'canary', successThreshold: 98, timeToComplianceHours: 24, sizeLimit: 100, scopes }],
  onFailure: 'halt',
  remediateCompliance: false,
  requestedBy: 'local-admin',
  createdAt: AT,
};

export const rollout = (correlationId: string, plane = 'myPlane'): Rollout => ({
  kind: 'publish',
  correlationId,
  intentId: 'i-1',
  ring: 'lab',
  status: 'QUEUED',
  requestedBy: 'local-admin',
  requestedAt: AT,
  runs: [
    {
      kind: 'publish',
      correlationId,
      plane,
      order: {
        correlationId,
        intentId: 'i-1',
        plane,
        ring: 'lab',
        package: pkg,
        purpose: 'required',
        scope: { include: ['Group-A'] },
        sizeLimit: 10,
      },
      status: 'QUEUED',
      step: 'preflight',
      verdicts: [],
      operations: [],
      failures: 0,
      requestedBy: 'local-admin',
      requestedAt: AT,
      updatedAt: AT,
    },
  ],
});

export const plan: Plan = {
  correlationId: 'c-1',
  intentId: 'i-1',
  ring: 'lab',
  decision: 'allow',
  createdAt: AT,
  runs: [
    {
      plane: 'myPlane',
      evidence: [{ kind: 'sbom', provider: 'p', absent: 'none was given' }],
      risk: { score: 12, version: '1', factors: [] },
      verdicts: [{ gate: 'g', decision: 'allow', reasons: [] }],
      operations: [{ phase: 'publish', kind: 'create_app', key: 'k', summary: 's', params: { displayName: 'x' } }],
    },
  ],
};

export const drift: Drift = {
  id: 'd-1',
  type: 'missing_assignment',
  class: 'MISSING',
  severity: 'high',
  intentId: 'i-1',
  plane: 'myPlane',
  ring: 'lab',
  packageKey: intent.packageKey,
  what: 'it is gone',
  status: 'DETECTED',
  attempts: 0,
  detectedAt: AT,
  updatedAt: AT,
  correlationId: 'c-1',
};

export const approval: Approval = {
  id: 'a-1',
  correlationId: 'c-1',
  plane: 'myPlane',
  intentId: 'i-1',
  ring: 'lab',
  packageKey: intent.packageKey,
  riskScore: 60,
  reasons: ['risk'],
  needed: 1,
  given: [],
  evidenceDigest: 'e'.repeat(64),
  planDigest: 'b'.repeat(64),
  requestedBy: 'somebody',
  packagedBy: 'somebody-else',
  requestedAt: AT,
  expiresAt: AT,
  status: 'WAITING',
};
