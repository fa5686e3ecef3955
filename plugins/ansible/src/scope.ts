import { EucoraError, type Context } from '@eucora/sdk';
import type { Awx } from './awx.js';
import { countMembers, groupsNamed, membersOfGroup } from './awx-groups.js';
import type { AnsibleConfig } from './config.js';
import type { HostRow } from './wire.js';

/** Group ids by name. @throws EucoraError `PLANE_OBJECT_MISSING` that names every group that is not there */
export async function targetGroups(
  awx: Awx,
  ctx: Context,
  { inventory }: AnsibleConfig,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await groupsNamed(awx, ctx, inventory, names);
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw noSuchGroup(missing, inventory);
  return found;
}

export const noSuchGroup = (names: readonly string[], inventory: number) =>
  new EucoraError('PLANE_OBJECT_MISSING', {
    what: `inventory ${inventory} of AWX has no group ${names.join(', ')}`,
    remedy: "Check the groups in the intent's scopes; make the group again if somebody deleted it.",
    details: { inventory, groups: names },
  });

/** Members of any included group that are in no excluded one, by name; those of nested groups included. */
export async function membersOf(
  awx: Awx,
  ctx: Context,
  groups: { readonly include: readonly number[]; readonly exclude: readonly number[] },
): Promise<ReadonlyMap<string, HostRow>> {
  const members = new Map<string, HostRow>();
  for (const group of groups.include) {
    for await (const page of membersOfGroup(awx, ctx, group)) for (const host of page) members.set(host.name, host);
  }
  for (const group of groups.exclude) {
    for await (const page of membersOfGroup(awx, ctx, group)) for (const { name } of page) members.delete(name);
  }
  return members;
}

/** Hosts that a job on the group would run on: AWX leaves out those that are switched off. */
export async function countRunnable(
  awx: Awx,
  ctx: Context,
  group: number,
  excluded: readonly number[],
): Promise<number> {
  if (excluded.length === 0) return countMembers(awx, ctx, group, true);
  const members = await membersOf(awx, ctx, { include: [group], exclude: excluded });
  return [...members.values()].filter(({ enabled }) => enabled).length;
}
