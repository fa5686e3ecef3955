import { EucoraError, isEucoraError, markOf, packageKey, type Context, type Order } from '@eucora/sdk';
import type { LandscapeConfig } from './config.js';
import { describeProfile, says } from './description.js';
import type { Landscape } from './landscape.js';
import { isInUse } from './landscape-computers.js';
import {
  associate,
  createProfile,
  describe,
  disassociate,
  exchangeConstraints,
  readProfiles,
} from './landscape-profiles.js';
import { refuseTampering } from './mirror.js';
import { allConstraints } from './mapping.js';
import type { HeldProfile, LandscapeState } from './state.js';

/** The writes to package profiles. What an operation needs to know of the plane was observed right before it. */
export function aiming(landscape: Landscape, config: LandscapeConfig) {
  return {
    async create(
      ctx: Context,
      order: Order,
      observed: LandscapeState,
      title: string,
      constraint: string,
    ): Promise<void> {
      refuseUnready(order, observed);
      const description = describeProfile(markOf(order), order.package);
      const accessGroup = config.accessGroup;
      const profile = { title, description, constraint, ...(accessGroup !== undefined && { accessGroup }) };
      const name = await createProfile(landscape, ctx, profile).catch(async (cause: unknown) => {
        if (!isDuplicate(cause)) throw cause;
        return ownAfterAll(landscape, ctx, order, title, constraint, cause);
      });
      if (name !== title) throw otherName(title, name);
    },

    async pin(ctx: Context, order: Order, observed: LandscapeState, name: string, constraint: string): Promise<void> {
      refuseUnready(order, observed);
      const { profile } = thatIsThere(observed, name);
      if (profile.all_computers) throw everywhere(name);
      const now = allConstraints(profile);
      await exchangeConstraints(landscape, ctx, name, {
        add: now.includes(constraint) ? [] : [constraint],
        remove: now.filter((one) => one !== constraint),
      });
    },

    note: (ctx: Context, order: Order, observed: LandscapeState, name: string) =>
      describe(landscape, ctx, thatIsThere(observed, name).profile, describeProfile(markOf(order), order.package)),

    /** @throws EucoraError `PLANE_OBJECT_MISSING` for a tag that no machine carries: Landscape would make one of any name */
    async at(
      ctx: Context,
      order: Order,
      observed: LandscapeState,
      name: string,
      tags: readonly string[],
    ): Promise<void> {
      refuseUnready(order, observed);
      for (const tag of order.purpose === 'uninstall' ? [] : tags) {
        if (!(await isInUse(landscape, ctx, tag))) throw unknownTag(tag, order);
      }
      await associate(landscape, ctx, name, tags);
    },

    away: (ctx: Context, name: string, tags: readonly string[]) => disassociate(landscape, ctx, name, tags),
  };
}

/** A machine that cannot find the pinned version is not compliant for ever, so nothing is aimed before it is there and untouched. */
function refuseUnready({ package: pkg, purpose, ring }: Order, { source }: LandscapeState): void {
  if (purpose === 'uninstall') return;
  if (source?.kind === 'archive') refuseTampering(source.tampered);
  if (source?.published) return;
  throw new EucoraError('PLANE_NOT_CONVERGING', {
    what: `Landscape does not serve ${packageKey(pkg)} to ring ${ring} yet`,
    remedy: 'Publish the package first; the machines of the ring could not find the version that the profile pins.',
  });
}

const isDuplicate = (cause: unknown): cause is EucoraError => isEucoraError(cause) && cause.code === 'PLANE_CONFLICT';

/** A duplicate says only that the title is taken: by what we made when its answer was lost, or by somebody's own profile. */
async function ownAfterAll(
  landscape: Landscape,
  ctx: Context,
  order: Order,
  title: string,
  constraint: string,
  cause: EucoraError,
): Promise<string> {
  const [there] = await readProfiles(landscape, ctx, [title]);
  const ours =
    there && says(there.description, markOf(order), order.package) && allConstraints(there).includes(constraint);
  if (ours) return there.name;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `Landscape has a package profile with the title "${title}" that is not the hub's`,
    remedy: 'Rename or remove that profile in Landscape; then publish again.',
    details: { ...cause.details, profile: title },
    cause,
  });
}

function thatIsThere({ profiles }: LandscapeState, name: string): HeldProfile {
  const held = profiles.find(({ profile }) => profile.name === name);
  if (held) return held;
  throw new EucoraError('PLANE_NOT_CONVERGING', { what: `Landscape does not show the package profile "${name}"` });
}

const everywhere = (name: string) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `somebody aimed the package profile "${name}" of Landscape at all computers`,
    errorClass: 'policy_violation',
    remedy: 'Decide whether that is wanted, and take "all computers" off the profile: the hub would change them all.',
    details: { profile: name },
  });

const unknownTag = (tag: string, { ring }: Order) =>
  new EucoraError('PLANE_OBJECT_MISSING', {
    what: `no machine in Landscape carries the tag "${tag}" that ring ${ring} aims at`,
    remedy: "Check the tags in the intent's scopes, and that nobody took the tag off the machines.",
    details: { tag },
  });

const otherName = (title: string, name: string) =>
  new EucoraError('PLANE_ANSWER_INVALID', {
    what: `Landscape calls the package profile "${title}" by another name: "${name}"`,
    remedy: 'Remove that profile in Landscape; then publish again.',
    errorClass: 'permanent',
    details: { profile: name },
  });
