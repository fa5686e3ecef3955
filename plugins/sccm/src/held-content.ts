import type { Context } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { contentPackageOf, groupIds, statusOnGroups, statusOnPoints } from './admin-service-content.js';
import type { SccmConfig } from './config.js';
import { pointOf } from './mapping.js';

/** How far content has come to one place. */
export type Arrival = 'absent' | 'coming' | 'there' | 'failed';

/** How far it has come to every place that the configuration names, by that name. */
export interface Reach {
  readonly groups: Readonly<Record<string, Arrival>>;
  readonly points: Readonly<Record<string, Arrival>>;
}

export async function reachOf(
  service: AdminService,
  ctx: Context,
  { distributionPointGroups, distributionPoints }: Pick<SccmConfig, 'distributionPointGroups' | 'distributionPoints'>,
  modelName: string,
): Promise<Reach> {
  const ids = await groupIds(service, ctx, distributionPointGroups);
  return {
    groups: await onGroups(service, ctx, modelName, ids),
    points: await onPoints(service, ctx, modelName, distributionPoints),
  };
}

/** One row a distribution point: a group is done when all of its points are. */
async function onGroups(
  service: AdminService,
  ctx: Context,
  modelName: string,
  ids: ReadonlyMap<string, string>,
): Promise<Record<string, Arrival>> {
  const states = new Map<string, (number | null | undefined)[]>();
  if (ids.size > 0) {
    for await (const page of statusOnGroups(service, ctx, modelName, [...ids.values()])) {
      for (const { GroupID, MessageState } of page) states.set(GroupID, [...(states.get(GroupID) ?? []), MessageState]);
    }
  }
  return Object.fromEntries([...ids].map(([name, id]) => [name, arrivalOn(states.get(id) ?? [])]));
}

/** 1 success, 2 in progress, 3 error; 4 is an error to a client that runs live. */
export function arrivalOn(states: readonly (number | null | undefined)[]): Arrival {
  if (states.length === 0) return 'absent';
  if (states.some((state) => state === 3 || state === 4)) return 'failed';
  return states.every((state) => state === 1) ? 'there' : 'coming';
}

async function onPoints(
  service: AdminService,
  ctx: Context,
  modelName: string,
  names: readonly string[],
): Promise<Record<string, Arrival>> {
  if (names.length === 0) return {};
  const found = await contentPackageOf(service, ctx, modelName);
  const rows = found ? await statusOnPoints(service, ctx, found.PackageID) : [];
  const states = new Map(rows.map(({ ServerNALPath, State }) => [pointOf(ServerNALPath), State]));
  return Object.fromEntries(names.map((name) => [name, arrivalAt(states.get(name.toLowerCase()))]));
}

/** 0 installed, 3 failed; being removed (4 to 6) is not being there. */
function arrivalAt(state: number | null | undefined): Arrival {
  if (state === undefined || state === null || (state >= 4 && state <= 6)) return 'absent';
  return state === 0 ? 'there' : state === 3 ? 'failed' : 'coming';
}

export const placesThat = (arrivals: Readonly<Record<string, Arrival>>, are: Arrival): readonly string[] =>
  Object.entries(arrivals)
    .filter(([, arrival]) => arrival === are)
    .map(([name]) => name);

export const isEverywhere = ({ groups, points }: Reach): boolean =>
  [...Object.values(groups), ...Object.values(points)].every((arrival) => arrival === 'there');
