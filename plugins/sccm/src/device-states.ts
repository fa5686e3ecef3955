import type { Context, DeviceState, Purpose } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { detailsBetween, membersOf } from './admin-service-collections.js';
import { toDeviceStatus, type WantedTarget } from './mapping.js';
import type { AssetDetails, Member } from './wire.js';

/** What is aimed at one target; without a deployment nothing is known of its devices. */
export interface Watched {
  readonly target: WantedTarget;
  readonly assignment: number | undefined;
}

/**
 * Members of the collections, page by page, each beside what the site knows of the deployment on it. Every device once. A member that
 * never reported, or whose site is cut off, is `unknown` until it does.
 */
export async function* statesOf(
  service: AdminService,
  ctx: Context,
  watched: readonly Watched[],
): AsyncIterable<readonly DeviceState[]> {
  const seen = watched.length > 1 ? new Set<number>() : undefined;
  for (const { target, assignment } of watched) {
    for await (const page of members(service, ctx, target)) {
      const fresh = page.filter(({ ResourceID }) => !seen?.has(ResourceID));
      fresh.forEach(({ ResourceID }) => seen?.add(ResourceID));
      if (fresh.length === 0) continue;
      const rows = assignment === undefined ? [] : await detailsOf(service, ctx, assignment, fresh);
      yield fold(fresh, rows, target.purpose);
    }
  }
}

/** Devices that a target stands for. Those of a site are known by their own site code, also before its collection is made. */
export async function* members(
  service: AdminService,
  ctx: Context,
  { collection, site }: Pick<WantedTarget, 'collection' | 'site'>,
): AsyncIterable<readonly Member[]> {
  for await (const page of membersOf(service, ctx, collection)) {
    yield site === undefined ? page : page.filter(({ SiteCode }) => SiteCode === site);
  }
}

const detailsOf = (service: AdminService, ctx: Context, assignment: number, of: readonly Member[]) =>
  detailsBetween(service, ctx, assignment, of[0]!.ResourceID, of.at(-1)!.ResourceID);

/** From the least to the most worrying; of several rows of one device (a row a user) the gravest counts. */
const GRAVITY = [1, 3, 2, 4, 5];
const gravityOf = ({ StatusType }: AssetDetails) => GRAVITY.indexOf(StatusType ?? 4);

export function fold(of: readonly Member[], rows: readonly AssetDetails[], purpose: Purpose): readonly DeviceState[] {
  const gravest = new Map<number, AssetDetails>();
  for (const row of rows) {
    const known = gravest.get(row.MachineID);
    if (!known || gravityOf(row) > gravityOf(known)) gravest.set(row.MachineID, row);
  }
  return of.map(({ ResourceID }): DeviceState => {
    const row = gravest.get(ResourceID);
    const status = toDeviceStatus(row?.StatusType, purpose);
    const code = row?.EnforcementState;
    return {
      deviceId: String(ResourceID),
      status,
      ...(status === 'failed' && code != null && { errorCode: `enforcement ${code}` }),
    };
  });
}
