import { EucoraError, RINGS, type Context, type RingName, type Sha256 } from '@eucora/sdk';
import type { RepositoryConfig } from './config.js';
import type { Landscape } from './landscape.js';
import { packagesOf } from './landscape-archive.js';
import { ownLocal } from './local.js';
import {
  compare,
  isUnauthorized,
  manifestHash,
  readIndex,
  servedHash,
  tell,
  type Difference,
  type ManifestEntry,
  type Served,
} from './manifest.js';
import { readListed } from './mapping.js';
import type { Shelf, ShelfEntry } from './shelf.js';

/** How the repository, and what the rings are served of it, compare with the manifest that the hub keeps. */
export interface MirrorReport {
  /** `manifest.hash` */
  readonly hash: Sha256;
  readonly entries: number;
  readonly differences: readonly Difference[];
  /** Rings whose published index is configured. `hash` is that of what is served. */
  readonly rings: Readonly<
    Partial<Record<RingName, { readonly hash?: Sha256; readonly differences: readonly Difference[] }>>
  >;
}

export interface CanVerifyMirror {
  verifyMirror(ctx: Context): Promise<MirrorReport>;
}

/** Reads only. A ring's publication is a snapshot, so packages that it does not have yet are no difference. */
export async function verifyMirror(
  landscape: Landscape,
  ctx: Context,
  repository: RepositoryConfig,
  shelf: Shelf,
): Promise<MirrorReport> {
  const manifest = await shelf.entries();
  const local = await ownLocal(landscape, ctx, repository.local);
  const listed = local ? await packagesOf(landscape, ctx, repository.local) : [];
  const rings: Partial<Record<RingName, { hash?: Sha256; differences: readonly Difference[] }>> = {};
  for (const ring of RINGS) {
    const served = await servedBy(landscape, ctx, repository, ring);
    if (!served) continue;
    const hash = servedHash(served);
    rings[ring] = { ...(hash && { hash }), differences: compare(manifest, served).filter(isUnauthorized) };
  }
  return {
    hash: manifestHash(manifest),
    entries: manifest.length,
    differences: repositoryDifferences(
      manifest,
      listed.flatMap((text) => readListed(text) ?? []),
      undefined,
    ),
    rings,
  };
}

/** An import that is not known to be done is not missed yet. */
export function repositoryDifferences(
  manifest: readonly ShelfEntry[],
  listed: readonly Served[],
  index: readonly Served[] | undefined,
): readonly Difference[] {
  const pending = (one: ManifestEntry) =>
    manifest.some(({ name, version, importedAt }) => name === one.name && version === one.version && !importedAt);
  const named = listed.map(({ name, version }) => ({ name, version }));
  const inRepository = compare(manifest, named).filter(
    (one) => isUnauthorized(one) || !pending({ ...one, sha256: '' }),
  );
  const published = compare(manifest, index ?? []).filter(isUnauthorized);
  return [...inRepository, ...published.filter((one) => !inRepository.some((other) => tell(other) === tell(one)))];
}

/** Nothing where no index is configured for the ring; an empty list where none was published yet. */
export async function servedBy(
  landscape: Landscape,
  ctx: Context,
  { indexes }: RepositoryConfig,
  ring: RingName,
): Promise<readonly Served[] | undefined> {
  const url = indexes?.[ring];
  if (url === undefined) return undefined;
  return readIndex((await landscape.index(ctx, url)) ?? '');
}

/** @throws EucoraError `PLANE_CONFLICT`, a policy violation: a person must decide what becomes of it */
export function refuseTampering(differences: readonly Difference[]): void {
  const unauthorized = differences.filter(isUnauthorized);
  if (unauthorized.length === 0) return;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `the package repository of Landscape was changed behind the hub's back: ${unauthorized.map(tell).join(', ')}`,
    errorClass: 'policy_violation',
    remedy: 'Find out who did it. Remove those packages from the local repository and publish it again.',
    details: { differences: unauthorized },
  });
}
