import { EucoraError, PLATFORMS, RINGS, type Package } from '@eucora/sdk';
import type { NewIntent } from './hub.js';

/** Collects every complaint before it makes one: nobody likes to be corrected field by field. */
function complaints() {
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
  for (const [field, artifact] of [['artifact', pkg.artifact], ...(pkg.sbom ? [['sbom', pkg.sbom]] : [])] as const) {
    const a = artifact as Package['artifact'];
    check.unless(sha256(a?.sha256), `${field as string}.sha256`, 'must be 64 lower-case hex characters');
    check.unless(
      Number.isSafeInteger(a?.size) && a.size > 0,
      `${field as string}.size`,
      'must be a positive number of bytes',
    );
    check.unless(
      text(a?.fileName) && !/[\\/]/.test(a.fileName),
      `${field as string}.fileName`,
      'must be a file name without a folder',
    );
  }
  check.raise();
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
