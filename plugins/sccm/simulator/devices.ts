import type { Purpose } from '@eucora/sdk';
import type { FleetStatus } from '@eucora/sdk/testing';
import type { SccmSite, SimAssignment, SimCollection } from './state.js';
import type { SimResource, World } from './world.js';

const SITE_RULE = /SMSAssignedSites\s*=\s*"(\w{3})"/i;

/** The fleet's name for a collection: its own, or for one of a site within another `ABC00173@XYZ`; for any other rule nobody. */
export function fleetGroupOf(collection: SimCollection): string {
  if (!collection.made) return collection.id;
  const sites = collection.rules.flatMap(({ QueryExpression }) => SITE_RULE.exec(QueryExpression ?? '')?.[1] ?? []);
  return sites.length === 1 ? `${collection.limitTo}@${sites[0]}` : `nobody in ${collection.id}`;
}

const members = new WeakMap<World, Map<string, readonly SimResource[]>>();

/** In the order of their resource ids. A collection that was not evaluated has none. */
export function membersOf(world: World, collection: SimCollection): readonly SimResource[] {
  if (collection.type !== 2 || !isEvaluated(world, collection)) return [];
  const group = fleetGroupOf(collection);
  const known = members.get(world) ?? new Map<string, readonly SimResource[]>();
  members.set(world, known);
  const found = known.get(group) ?? world.devices.filter(({ collections }) => collections.has(group));
  known.set(group, found);
  return found;
}

/** Its members were worked out at least once. */
export const isEvaluated = ({ clock, delays }: World, { made, refreshAt }: SimCollection): boolean =>
  !made || (refreshAt !== undefined && clock.now().getTime() >= refreshAt + delays.evaluation);

/**
 * The fleet's name for "this application on this collection". A collection that comes to an application anew meets it anew: another
 * version may have taken its place on the devices meanwhile. A removal is about what was put there before.
 */
const turns = new WeakMap<World, Map<string, number>>();

const softwareOf = (world: World, modelId: unknown, collection: unknown): string =>
  `${String(modelId)}/${turns.get(world)?.get(`${String(modelId)}/${String(collection)}`) ?? 0}`;

export const purposeOf = ({ DesiredConfigType, OfferTypeID }: Record<string, unknown>): Purpose =>
  DesiredConfigType === 2 ? 'uninstall' : OfferTypeID === 2 ? 'available' : 'required';

/** Tells the devices. */
export function aim(world: World, state: SccmSite, { fields }: SimAssignment): void {
  const { AppModelID: modelId, TargetCollectionID: id } = fields;
  const purpose = purposeOf(fields);
  const known = turns.get(world) ?? new Map<string, number>();
  turns.set(world, known);
  const turn = `${String(modelId)}/${String(id)}`;
  if (purpose !== 'uninstall') known.set(turn, (known.get(turn) ?? 0) + 1);
  world.fleet.assign(fleetGroupOf(state.collections.get(String(id))!), softwareOf(world, modelId, id), purpose);
}

/** Takes nothing off the devices. */
export function unaim(world: World, state: SccmSite, { fields }: SimAssignment): void {
  const { AppModelID: modelId, TargetCollectionID: id } = fields;
  const collection = state.collections.get(String(id));
  if (collection) world.fleet.unassign(fleetGroupOf(collection), softwareOf(world, modelId, id));
}

export interface Report {
  readonly resource: SimResource;
  /** 1 success, 2 in progress, 4 unknown, 5 error. */
  readonly statusType: number;
  readonly enforcementState: number;
}

export interface Summary {
  readonly at: number;
  readonly reports: readonly Report[];
}

const summaries = new WeakMap<World, Map<number, Summary>>();

/** What the site last worked out of a deployment. It does so now and then, not whenever somebody asks. */
export function summaryOf(world: World, state: SccmSite, assignment: SimAssignment): Summary {
  const known = summaries.get(world) ?? new Map<number, Summary>();
  summaries.set(world, known);
  const now = world.clock.now().getTime();
  const last = known.get(assignment.id);
  if (last && now < last.at + world.delays.summary) return last;
  const at = last || now >= assignment.createdAt + world.delays.summary ? now : assignment.createdAt;
  const fresh = { at, reports: reportsOf(world, state, assignment) };
  known.set(assignment.id, fresh);
  return fresh;
}

function reportsOf(world: World, state: SccmSite, { fields, createdAt }: SimAssignment): readonly Report[] {
  const collection = state.collections.get(String(fields.TargetCollectionID));
  if (!collection) return [];
  const purpose = purposeOf(fields);
  const software = softwareOf(world, fields.AppModelID, fields.TargetCollectionID);
  const states = new Map(
    [...world.fleet.states(software, [fleetGroupOf(collection)])].map((one) => [one.deviceId, one] as const),
  );
  return membersOf(world, collection).map((resource) => {
    const { status = 'absent', lastSeen } = states.get(resource.id) ?? {};
    const heard = lastSeen !== undefined && Date.parse(lastSeen) >= createdAt;
    return { resource, ...reported(status, purpose, heard) };
  });
}

/** @param heard the device has checked in since it was told */
function reported(
  status: FleetStatus,
  purpose: Purpose,
  heard: boolean,
): Pick<Report, 'statusType' | 'enforcementState'> {
  if (purpose === 'uninstall') {
    if (status === 'removed') return { statusType: 1, enforcementState: 1000 };
    if (!heard) return { statusType: 4, enforcementState: 4000 };
    return status === 'absent' ? { statusType: 1, enforcementState: 1000 } : { statusType: 2, enforcementState: 2000 };
  }
  if (status === 'installed') return { statusType: 1, enforcementState: 1000 };
  if (status === 'failed') return { statusType: 5, enforcementState: 5000 };
  return heard && purpose === 'required'
    ? { statusType: 2, enforcementState: 2000 }
    : { statusType: 4, enforcementState: 4000 };
}
