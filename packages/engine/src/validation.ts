import {
  DOCUMENT_KINDS,
  EucoraError,
  PLATFORMS,
  RINGS,
  type Artifact,
  type EvidenceDocument,
  type Package,
} from '@eucora/sdk';
import type { NewIntent } from './hub.js';

/** Collects every complaint before it makes one: nobody likes to be corrected field by field. */
export function complaints() {
  const found: { field: string; problem: string }[] = [];
  return {
    unless(right: boolean, field: string, problem: string) {
      if (!right) found.push({ field, problem });
    },
    raise() {
      if (found.length === 0) return;
      throw new EucoraError('INPUT_INVALID', {
        what: found.map(({ field, problem }) => `${field}: ${problem}`).join('; '),
        details: { fields: found },
      });
    },
  };
}

const text = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '' && value.length <= 2_000;
/** Names and versions become parts of keys: `{name}@{version}/{platform}`. */
const keyPart = (value: unknown): boolean =>
  text(value) && /^[^@/\s:]([^@/:\n]{0,198}[^@/\s:])?$/.test(value as string);
const sha256 = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export function checkPackage(pkg: Package): void {
  const check = complaints();
  check.unless(keyPart(pkg.name), 'name', 'must be text without @, / and :');
  check.unless(keyPart(pkg.version), 'version', 'must be text without @, / and :');
  check.unless(PLATFORMS.includes(pkg.platform), 'platform', 'must be windows, macos, linux, ios or android');
  check.unless(text(pkg.publisher), 'publisher', 'must be text');
  check.unless(text(pkg.installCommand), 'installCommand', 'must be text');
  check.unless(
    text(pkg.uninstallCommand),
    'uninstallCommand',
    'must be text: what cannot be removed cannot be rolled back',
  );
  check.unless(Array.isArray(pkg.detection) && pkg.detection.length > 0, 'detection', 'needs at least one rule');
  checkArtifact(check, 'artifact', pkg.artifact);
  if (pkg.sbom) checkArtifact(check, 'sbom', pkg.sbom);
  for (const [at, document] of (pkg.documents ?? []).entries()) checkDocumentIn(check, `documents.${at}`, document);
  check.raise();
}

/** @throws EucoraError `INPUT_INVALID` */
export function checkDocument(document: EvidenceDocument): void {
  const check = complaints();
  checkDocumentIn(check, '', document);
  check.raise();
}

type Complaints = ReturnType<typeof complaints>;

function checkDocumentIn(check: Complaints, field: string, document: EvidenceDocument): void {
  const kinds = DOCUMENT_KINDS.join(', ');
  check.unless(DOCUMENT_KINDS.includes(document?.kind), field ? `${field}.kind` : 'kind', `must be one of ${kinds}`);
  checkArtifact(check, field, document);
}

function checkArtifact(check: Complaints, field: string, artifact: Artifact): void {
  const path = (name: string) => (field ? `${field}.${name}` : name);
  check.unless(sha256(artifact?.sha256), path('sha256'), 'must be 64 lower-case hex characters');
  check.unless(
    Number.isSafeInteger(artifact?.size) && artifact.size > 0,
    path('size'),
    'must be a positive number of bytes',
  );
  check.unless(
    text(artifact?.fileName) && !/[\\/]/.test(artifact.fileName),
    path('fileName'),
    'must be a file name without a folder',
  );
}

export function checkIntent(intent: NewIntent): void {
  const check = complaints();
  check.unless(text(intent.packageKey), 'packageKey', 'must name a package');
  check.unless(intent.planes?.length > 0, 'planes', 'needs at least one connector id');
  check.unless(intent.rings?.length > 0, 'rings', 'needs at least one ring');
  const seen = new Set<string>();
  for (const [index, ring] of (intent.rings ?? []).entries()) {
    const at = `rings.${index}`;
    check.unless(RINGS.includes(ring.ring), `${at}.ring`, `must be one of ${RINGS.join(', ')}`);
    check.unless(!seen.has(ring.ring), `${at}.ring`, 'stands there twice');
    seen.add(ring.ring);
    check.unless(within(ring.successThreshold, 0, 100), `${at}.successThreshold`, 'must be a percentage from 0 to 100');
    check.unless(
      within(ring.timeToComplianceHours, 0.01, 8_760),
      `${at}.timeToComplianceHours`,
      'must be hours, at most a year',
    );
    check.unless(within(ring.sizeLimit, 1, 10_000_000), `${at}.sizeLimit`, 'must be a positive number of devices');
    for (const [plane, scope] of Object.entries(ring.scopes ?? {})) {
      check.unless(intent.planes?.includes(plane), `${at}.scopes.${plane}`, 'is not one of the planes of the intent');
      check.unless(
        scope.include?.length > 0 && scope.include.every(text),
        `${at}.scopes.${plane}.include`,
        'needs at least one target',
      );
      check.unless((scope.exclude ?? []).every(text), `${at}.scopes.${plane}.exclude`, 'must be a list of targets');
    }
    check.unless(Object.keys(ring.scopes ?? {}).length > 0, `${at}.scopes`, 'needs a scope for at least one plane');
  }
  check.raise();
}

const within = (value: number | undefined, low: number, high: number): boolean =>
  value === undefined || (Number.isFinite(value) && value >= low && value <= high);
