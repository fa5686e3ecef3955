import { EucoraError, type Context } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { collectionInFull, collectionsCommented, collectionsNamed } from './admin-service-collections.js';
import { siteCollectionName, type WantedTarget } from './mapping.js';
import { readSiteMark } from './marks.js';
import type { Collection } from './wire.js';

/** A collection of ours: the devices of another one that belong to a site. */
export interface SiteCollection {
  /** As a scope says it: `ABC00173@XYZ`. */
  readonly target: string;
  /** SCCM's id of ours. */
  readonly collection: string;
  /** It has its rule. Only known of those that the order wants. */
  readonly ruled: boolean;
  /** Its members were worked out at least once. */
  readonly evaluated: boolean;
}

const MARKED = 'eucora site=';
/** WMI's way to say "never" is a date between 1970 and 1980. */
const NEVER_BEFORE = '1990';

/**
 * Our collections, found by their mark.
 *
 * @throws EucoraError `PLANE_CONFLICT` when a collection without our mark has the name that ours would get
 */
export async function siteCollections(
  service: AdminService,
  ctx: Context,
  wanted: readonly WantedTarget[],
): Promise<readonly SiteCollection[]> {
  const found: SiteCollection[] = [];
  for (const one of await collectionsCommented(service, ctx, MARKED)) {
    const mark = readSiteMark(one.Comment);
    if (!mark || one.Name !== siteCollectionName(mark.of, mark.site)) continue;
    const target = `${mark.of}@${mark.site}`;
    const isWanted = wanted.some((want) => want.target === target);
    found.push({
      target,
      collection: one.CollectionID,
      ruled: isWanted ? await hasRule(service, ctx, one.CollectionID, one.Name) : true,
      evaluated: (one.LastRefreshTime ?? '') > NEVER_BEFORE,
    });
  }
  const missing = wanted.flatMap(({ target, collection, site }) =>
    site === undefined || found.some((one) => one.target === target) ? [] : [siteCollectionName(collection, site)],
  );
  if (missing.length > 0) refuseStrangers(await collectionsNamed(service, ctx, missing));
  return found;
}

const hasRule = async (service: AdminService, ctx: Context, id: string, name: string) =>
  ((await collectionInFull(service, ctx, id))?.CollectionRules ?? []).some(({ RuleName }) => RuleName === name);

function refuseStrangers(collections: readonly Collection[]): void {
  const [stranger] = collections;
  if (!stranger) return;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `SCCM has a collection "${stranger.Name}" (${stranger.CollectionID}) that the hub did not make`,
    remedy: 'Rename or delete that collection in SCCM; the hub makes one of this name for itself.',
    details: { collection_id: stranger.CollectionID },
  });
}
