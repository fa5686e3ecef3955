import type { Context } from '@eucora/sdk';
import { listOf, notLandscape, type Landscape } from './landscape.js';
import type { PackageProfile } from './wire.js';

export interface NewProfile {
  readonly title: string;
  readonly description: string;
  /** `depends example-tool = 2.0.0` */
  readonly constraint: string;
  readonly accessGroup?: string;
}

/** Those of these names, or all. Each comes with the ids of its computers. */
export async function readProfiles(
  landscape: Landscape,
  ctx: Context,
  names?: readonly string[],
): Promise<readonly PackageProfile[]> {
  const found = await landscape.read<unknown>(ctx, 'GetPackageProfiles', { names });
  const profiles = listOf<PackageProfile>(found, 'the answer of GetPackageProfiles');
  for (const one of profiles) if (typeof one?.name !== 'string') throw notLandscape('a package profile has no name');
  return names ? profiles.filter(({ name }) => names.includes(name)) : profiles;
}

/** It applies to nobody until tags are associated. @returns the name that Landscape made of the title */
export async function createProfile(landscape: Landscape, ctx: Context, profile: NewProfile): Promise<string> {
  const made = await landscape.change<unknown>(ctx, 'CreatePackageProfile', {
    title: profile.title,
    description: profile.description,
    constraints: [profile.constraint],
    access_group: profile.accessGroup,
  });
  // A list with one profile in the reference, the profile itself in the vendor's client.
  const [one] = (Array.isArray(made) ? made : [made]) as readonly Partial<PackageProfile>[];
  if (typeof one?.name !== 'string') throw notLandscape(`no name came back for the profile "${profile.title}"`);
  return one.name;
}

/** In one request, so that the profile never stands without a constraint. */
export const exchangeConstraints = (
  landscape: Landscape,
  ctx: Context,
  name: string,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<unknown> =>
  landscape.change(ctx, 'EditPackageProfile', { name, add_constraints: add, remove_constraints: remove });

/** A tag that does not exist is made by this. */
export const associate = (landscape: Landscape, ctx: Context, name: string, tags: readonly string[]) =>
  landscape.change(ctx, 'AssociatePackageProfile', { name, tags });

/** Takes nothing off the machines. */
export const disassociate = (landscape: Landscape, ctx: Context, name: string, tags: readonly string[]) =>
  landscape.change(ctx, 'DisassociatePackageProfile', { name, tags });

/**
 * The description can be changed nowhere else: the legacy action edits title and constraints only. The portal's endpoint takes the profile whole, and
 * clears the tags that are not sent (facts file, 3.5), so everything goes back as it was read.
 */
export const describe = (landscape: Landscape, ctx: Context, profile: PackageProfile, description: string) =>
  landscape.request(ctx, {
    method: 'PUT',
    url: `/api/v2/packageprofiles/${encodeURIComponent(profile.name)}`,
    json: {
      title: profile.title ?? profile.name,
      description,
      tags: profile.tags ?? [],
      all_computers: profile.all_computers ?? false,
      ...(profile.access_group !== undefined && { access_group: profile.access_group }),
    },
  });
