import { canonicalJson, EucoraError, sha256Hex, type Sha256 } from '@eucora/sdk';
import type { Deb } from './mapping.js';

/** One package that the repository should hold. The hub keeps these; Landscape has no manifest of its own (facts file, section 1). */
export interface ManifestEntry extends Deb {
  readonly sha256: Sha256;
}

/** One package that the repository or a publication serves. The API lists no digests; a published index does. */
export interface Served extends Deb {
  readonly sha256?: Sha256;
}

export interface Difference extends Deb {
  /** `unknown`: nobody of ours put it there. `changed`: other bytes under our name. `missing`: it should be there. */
  readonly kind: 'unknown' | 'changed' | 'missing';
  readonly found?: Sha256;
}

/** SHA-256 over the canonical form, order and repetitions aside: the same packages have the same hash. */
export const manifestHash = (entries: readonly ManifestEntry[]): Sha256 =>
  sha256Hex(
    canonicalJson([...new Set(entries.map(({ name, version, sha256 }) => `${name} ${version} ${sha256}`))].sort()),
  );

/** The hash of what is served, comparable with {@link manifestHash}; only where every digest is known. */
export function servedHash(served: readonly Served[]): Sha256 | undefined {
  const known = served.filter((one): one is ManifestEntry => one.sha256 !== undefined);
  return known.length === served.length ? manifestHash(known) : undefined;
}

/** In the order of names and versions. A served package without a digest is compared by name and version. */
export function compare(manifest: readonly ManifestEntry[], served: readonly Served[]): readonly Difference[] {
  const wanted = grouped(manifest);
  const seen = grouped(served);
  const differences: Difference[] = [];
  for (const [key, rows] of seen) {
    const expected = wanted.get(key);
    for (const { name, version, sha256 } of rows) {
      if (!expected) differences.push({ kind: 'unknown', name, version, ...(sha256 && { found: sha256 }) });
      else if (sha256 && !expected.some((one) => one.sha256 === sha256))
        differences.push({ kind: 'changed', name, version, found: sha256 });
    }
  }
  for (const [key, [entry]] of wanted) {
    if (!seen.has(key)) differences.push({ kind: 'missing', name: entry!.name, version: entry!.version });
  }
  return differences.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** Somebody changed the repository behind the hub's back; a package that is only missing is drift like any other. */
export const isUnauthorized = ({ kind }: Difference): boolean => kind !== 'missing';

export const tell = ({ kind, name, version }: Difference): string =>
  `${name} ${version} (${{ unknown: 'not put there by the hub', changed: 'other bytes than published', missing: 'gone' }[kind]})`;

const keyOf = ({ name, version }: Deb) => `${name} ${version}`;

function grouped<T extends Deb>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/**
 * The paragraphs of a `Packages` index (Debian repository format): name, version and digest of each.
 *
 * @throws EucoraError `PLANE_ANSWER_INVALID` for a text that is none, or that broke off
 */
export function readIndex(text: string): readonly Served[] {
  const paragraphs = text.split(/\n\s*\n/).filter((one) => one.trim() !== '');
  return paragraphs.map((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(\\S+)[ \\t]*$`, 'm').exec(paragraph)?.[1];
    const [name, version, sha256] = [field('Package'), field('Version'), field('SHA256')?.toLowerCase()];
    if (name && version && /^[0-9a-f]{64}$/.test(sha256 ?? '')) return { name, version, sha256: sha256! };
    throw new EucoraError('PLANE_ANSWER_INVALID', {
      what: 'what is served as the Packages index of a publication is no such thing, or broke off',
      remedy: 'Look at the address in repository.indexes: it must end with /Packages, and not be compressed.',
    });
  });
}
