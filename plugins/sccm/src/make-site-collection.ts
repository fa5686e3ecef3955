import { until, type Context, type Operation, type Refs } from '@eucora/sdk';
import {
  ADD_RULE,
  addQueryRule,
  collectionInFull,
  createCollection,
  deviceCollection,
  READY,
  requestRefresh,
} from './admin-service-collections.js';
import { notAdminService } from './errors.js';
import { siteCollectionName, siteQuery, type WantedTarget } from './mapping.js';
import { siteComment } from './marks.js';
import { notShown, type Means, type Seen } from './means.js';
import { mustHave } from './metadata.js';

/** One of the three steps to a collection of the hub's own: made, given its rule, evaluated. */
export async function makeSiteCollection(
  { service, config }: Means,
  ctx: Context,
  { kind, params }: Operation,
  { order, observed }: Seen,
): Promise<Refs> {
  const { target, collection, site } = params as unknown as Required<WantedTarget>;
  const name = siteCollectionName(collection, site);
  const held = observed.siteCollections?.find((one) => one.target === target);
  if (kind === 'create_site_collection') {
    if (held) return {};
    await deviceCollection(service, ctx, collection);
    const made = await createCollection(service, ctx, {
      name,
      limit: collection,
      comment: siteComment(order, { site, of: collection }),
    });
    if (typeof made?.CollectionID !== 'string')
      throw notAdminService(`SCCM made "${name}" and gave it no CollectionID`);
    return {};
  }
  if (!held) throw notShown(`the collection "${name}"`);
  if (kind === 'add_site_rule') {
    mustHave(await service.features(ctx), { methods: [ADD_RULE] });
    if (!held.ruled) await addQueryRule(service, ctx, held.collection, name, siteQuery(site));
    return {};
  }
  await requestRefresh(service, ctx, held.collection);
  const patience = {
    everyMs: config.collectionPollMs,
    patienceMs: config.patienceMs,
    waitingFor: `"${name}" to be evaluated`,
  };
  await until(ctx, patience, async () =>
    (await collectionInFull(service, ctx, held.collection))?.CurrentStatus === READY ? true : undefined,
  );
  return {};
}
