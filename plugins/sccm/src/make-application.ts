import { until, EucoraError, packageKey, type Context, type Order, type Refs } from '@eucora/sdk';
import { applicationOfModel, seesAnyApplication } from './admin-service-applications.js';
import { ADD_GROUP, addToGroups, contentPackageOf, groupIds } from './admin-service-content.js';
import type { SccmConfig } from './config.js';
import { seesNothing } from './errors.js';
import type { HeldApplication } from './held.js';
import { isEverywhere, placesThat, reachOf, type Arrival } from './held-content.js';
import { toApplication } from './mapping.js';
import { showsWithin, type Means } from './means.js';
import { mustHave } from './metadata.js';

/** A made application that stays hidden from us is a matter of rights: the authoring endpoint acts under another account. */
export async function author({ service, authoring, config }: Means, ctx: Context, order: Order): Promise<Refs> {
  const { model_name } = await authoring.createApplication(ctx, toApplication(order, config));
  const shown = await showsWithin(
    ctx,
    config,
    async () => (await applicationOfModel(service, ctx, model_name)) !== undefined,
  );
  if (!shown && !(await seesAnyApplication(service, ctx))) {
    throw seesNothing('applications, although one was just made');
  }
  return { application_id: model_name };
}

/** Sends the content on its way, once SCCM has made a package of it, and sees it start. */
export async function distribute(
  { service, config }: Means,
  ctx: Context,
  groups: readonly string[],
  { ref, displayName }: HeldApplication,
): Promise<Refs> {
  mustHave(await service.features(ctx), { methods: [ADD_GROUP] });
  const ids = await groupIds(service, ctx, groups);
  const content = await patiently(ctx, config, `SCCM to make a content package of "${displayName}"`, () =>
    contentPackageOf(service, ctx, ref),
  );
  await addToGroups(service, ctx, content.PackageID, [...ids.values()]);
  await patiently(ctx, config, `the site to begin distributing "${displayName}"`, async () => {
    const reach = await reachOf(service, ctx, { distributionPointGroups: [...groups], distributionPoints: [] }, ref);
    return placesThat(reach.groups, 'absent').length === 0 ? true : undefined;
  });
  return { application_id: ref, content_package_id: content.PackageID };
}

export async function awaitContent(
  { service, config }: Means,
  ctx: Context,
  { package: pkg }: Order,
  { ref, displayName }: HeldApplication,
): Promise<Refs> {
  await patiently(ctx, config, `the content of "${displayName}" to reach its distribution points`, async () => {
    const reach = await reachOf(service, ctx, config, ref);
    const failed = whichAre(reach.groups, reach.points, 'failed');
    if (failed.length > 0) {
      throw new EucoraError('PLANE_ERROR', {
        what: `the content of "${displayName}" did not reach ${failed.join(', ')}`,
        remedy:
          'Look at the content status in the Configuration Manager console, and at distmgr.log; redistribute it there.',
        details: { package: packageKey(pkg), application_id: ref, failed },
      });
    }
    return isEverywhere(reach) ? true : undefined;
  });
  return { application_id: ref };
}

const whichAre = (
  groups: Readonly<Record<string, Arrival>>,
  points: Readonly<Record<string, Arrival>>,
  are: Arrival,
) => [...placesThat(groups, are), ...placesThat(points, are)];

const patiently = <T>(
  ctx: Context,
  config: SccmConfig,
  waitingFor: string,
  look: () => Promise<T | undefined>,
): Promise<T> => until(ctx, { everyMs: config.contentPollMs, patienceMs: config.patienceMs, waitingFor }, look);
