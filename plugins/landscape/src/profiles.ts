import {
  EucoraError,
  packageKey,
  readMark,
  RINGS,
  type Context,
  type HeldAssignment,
  type Order,
  type Package,
  type RingName,
} from '@eucora/sdk';
import { readPackageNote } from './description.js';
import type { Landscape } from './landscape.js';
import { readProfiles } from './landscape-profiles.js';
import { allConstraints, profileName, readConstraints } from './mapping.js';
import type { HeldProfile } from './state.js';
import type { PackageProfile } from './wire.js';

/** Target of a profile that a person aimed at every machine; no tag can be called so. */
export const ALL_COMPUTERS = '*';

/**
 * Our profiles of the order's application, one a ring, found by their names. A profile of such a name that does not carry our mark is somebody's own:
 * in the order's ring it is in the way, in another ring it is let alone.
 *
 * @throws EucoraError `PLANE_CONFLICT`
 */
export async function observeProfiles(
  landscape: Landscape,
  ctx: Context,
  { package: pkg, ring: wanted }: Order,
): Promise<readonly HeldProfile[]> {
  const names = new Map(RINGS.map((ring) => [profileName(pkg.name, ring), ring]));
  const found = await readProfiles(landscape, ctx, [...names.keys()]);
  return found.flatMap((profile) => {
    const ring = names.get(profile.name)!;
    const held = ownProfile(profile, pkg, ring);
    if (!held && ring === wanted) throw notOurs(profile, pkg);
    return held ? [held] : [];
  });
}

/** Nothing where the description does not say that it is ours, of this application and ring. */
function ownProfile(profile: PackageProfile, pkg: Package, ring: RingName): HeldProfile | undefined {
  const mark = readMark(profile.description);
  const note = readPackageNote(profile.description);
  if (!mark || !note || note.name !== pkg.name || mark.ring !== ring) return undefined;
  return { profile, ring, mark, note };
}

/**
 * The targets of a profile. The version is that of the hub's package where the constraint pins its Debian version; what a person pinned instead is
 * told as it is, and `unpinned` where no single version is.
 */
export function assignmentsOf(
  { profile, note }: Pick<HeldProfile, 'profile' | 'note'>,
  wanted?: { readonly debVersion: string; readonly version: string },
): readonly HeldAssignment[] {
  const { purpose, version: pinned } = readConstraints(allConstraints(profile));
  const told = pinned === note.deb.version ? note.version : pinned === wanted?.debVersion ? wanted?.version : pinned;
  const version = purpose === 'uninstall' ? note.version : (told ?? 'unpinned');
  const targets = [...(profile.tags ?? []), ...(profile.all_computers ? [ALL_COMPUTERS] : [])];
  return targets.map((target) => ({ version, target, mode: 'include', purpose, ref: profile.name }));
}

const notOurs = (profile: PackageProfile, pkg: Package) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `the package profile "${profile.name}" of Landscape is in the way of ${packageKey(pkg)}: its description does not carry the hub's mark of it`,
    remedy:
      'Rename or remove that profile in Landscape, or put back the [eucora …] lines that somebody took out of its description.',
    details: { profile: profile.name },
  });
