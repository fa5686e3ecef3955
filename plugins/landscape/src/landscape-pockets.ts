import type { Context } from '@eucora/sdk';
import type { PocketConfig } from './config.js';
import { notLandscape, type Landscape } from './landscape.js';
import type { PocketDiff, PocketListing } from './wire.js';

/** What changes a pocket fails with this while another change of its distribution goes on; reading one does too. */
const BUSY = 'OperationInProgress';

const place = ({ distribution, series, pocket }: PocketConfig) => ({ name: pocket, series, distribution });

/** Versions of a package in a pocket; `busy` while the pocket is being changed. */
export async function versionsIn(
  landscape: Landscape,
  ctx: Context,
  pocket: PocketConfig,
  deb: string,
): Promise<readonly string[] | 'busy'> {
  const { body, refused } = await landscape.readOr<PocketListing>(ctx, [BUSY], 'ListPocket', {
    ...place(pocket),
    search: deb,
  });
  if (refused) return 'busy';
  const rows = Object.values(objectOf(body, 'ListPocket')).flat();
  return [...new Set(rows.filter(([name]) => name === deb).map(([, version]) => version))];
}

/** Versions that pulling would bring. Also for a pocket whose parent has nothing new. */
export async function versionsToPull(
  landscape: Landscape,
  ctx: Context,
  pocket: PocketConfig,
  deb: string,
): Promise<readonly string[]> {
  const { body, refused } = await landscape.readOr<PocketDiff>(ctx, [BUSY], 'DiffPullPocket', place(pocket));
  if (refused) return [];
  return Object.values(objectOf(body, 'DiffPullPocket')).flatMap(({ add = [], update = [] }) =>
    [...add, ...update].filter(([name]) => name === deb).map((row) => row.at(-1)!),
  );
}

/** Both end with an activity of the server; the pocket is busy until it is done. */
export const fillPocket = (landscape: Landscape, ctx: Context, pocket: PocketConfig): Promise<unknown> =>
  landscape.change(ctx, pocket.mode === 'mirror' ? 'SyncMirrorPocket' : 'PullPackagesToPocket', place(pocket));

function objectOf<T extends object>(value: T, action: string): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notLandscape(`${action} answered no object`);
  return value;
}
