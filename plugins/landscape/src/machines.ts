import type { Context, DeviceState, InventoryDevice, Order } from '@eucora/sdk';
import { latestOf, reached, stateOf, withoutFormerSelves, type Latest, type Machine } from './computer-states.js';
import type { LandscapeConfig } from './config.js';
import type { Landscape } from './landscape.js';
import { computers, installedVersions, profileActivities } from './landscape-computers.js';
import { debOf, tagsOf } from './mapping.js';
import type { Computer, PackageProfile } from './wire.js';

const PAGE = 1_000;

/** Machines that carry any of the tags, each once. */
export async function machinesOf(
  landscape: Landscape,
  ctx: Context,
  limit: number,
  tags: readonly string[],
): Promise<readonly Machine[]> {
  const rows: Pick<Computer, 'id' | 'hostname' | 'last_ping_time'>[] = [];
  for await (const page of computers(landscape, ctx, limit, tags)) {
    for (const { id, hostname, last_ping_time } of page) rows.push({ id, hostname, last_ping_time });
  }
  return withoutFormerSelves(rows).map(({ id, last_ping_time: ping }) => ({
    id,
    ...(ping && { lastSeen: new Date(ping).toISOString() }),
  }));
}

/** Every machine of the account, each once. */
export async function* inventory(
  landscape: Landscape,
  ctx: Context,
  limit: number,
): AsyncIterable<readonly InventoryDevice[]> {
  const rows: Pick<Computer, 'id' | 'hostname' | 'title' | 'distribution' | 'last_ping_time'>[] = [];
  for await (const page of computers(landscape, ctx, limit)) {
    for (const { id, hostname, title, distribution, last_ping_time } of page)
      rows.push({ id, hostname, title, distribution, last_ping_time });
  }
  yield* inPages(withoutFormerSelves(rows), (one) => ({
    deviceId: String(one.id),
    name: one.hostname || one.title || String(one.id),
    platform: 'linux',
    ...(one.distribution && { osVersion: one.distribution }),
    ...(one.last_ping_time && { lastSeen: new Date(one.last_ping_time).toISOString() }),
  }));
}

/**
 * One state for each machine of the order's tags. Activities are read only while there are machines that are not where they should be, and only since the
 * profile was last changed.
 *
 * @param profile of the ring; absent: nothing asks the machines to do anything
 */
export async function* machineStates(
  landscape: Landscape,
  ctx: Context,
  { pageSize, stuckAfterMs }: LandscapeConfig,
  order: Order,
  title: string,
  profile: PackageProfile | undefined,
): AsyncIterable<readonly DeviceState[]> {
  const tags = tagsOf(order);
  const deb = debOf(order.package);
  const machines = await machinesOf(landscape, ctx, pageSize, tags);
  const installed = await installedVersions(landscape, ctx, deb.name, tags, pageSize);
  const wish = {
    purpose: order.purpose,
    wanted: { deb: deb.version, version: order.package.version },
    ...(profile && { profile }),
  };
  const activities = new Map<number, Latest>();
  if (profile && machines.some(({ id }) => !reached(installed.get(id), wish))) {
    for await (const page of profileActivities(landscape, ctx, profile.modification_time, pageSize))
      latestOf(page, deb.name, title, activities);
  }
  tellUnapproved(ctx, title, activities);
  const evidence = { ...wish, installed, activities, now: ctx.now(), stuckAfterMs };
  yield* inPages(machines, (machine) => stateOf(machine, evidence));
}

async function* inPages<From, To>(rows: readonly From[], toRow: (row: From) => To): AsyncIterable<readonly To[]> {
  for (let at = 0; at < rows.length; at += PAGE) yield rows.slice(at, at + PAGE).map(toRow);
}

/** Nobody of the hub's may approve activities; a person must. */
function tellUnapproved(ctx: Context, profile: string, activities: ReadonlyMap<number, Latest>): void {
  const waiting = [...activities.values()].filter((one) => one.activity_status === 'unapproved').map(({ id }) => id);
  if (waiting.length === 0) return;
  ctx.log.warn(
    {
      finding: 'needs_approval',
      error_class: 'policy_violation',
      profile,
      activities: waiting.slice(0, 50),
      count: waiting.length,
    },
    `${waiting.length} activities of profile "${profile}" wait in Landscape for somebody to approve them`,
  );
}
