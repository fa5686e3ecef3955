import { randomUUID } from 'node:crypto';
import { EucoraError, type Context, type Operation, type Order, type Refs } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { assignmentsOf, createAssignment, deleteAssignment, readAssignment } from './admin-service-applications.js';
import { deviceCollection } from './admin-service-collections.js';
import { notAdminService } from './errors.js';
import type { HeldApplication, SccmState } from './held.js';
import { siteCollectionName, toAssignment, type WantedTarget } from './mapping.js';
import { sameOrder } from './marks.js';
import { applicationThatIsThere, notShown, showsWithin, type Means, type Seen } from './means.js';
import { applicationOf } from './operations.js';

/**
 * A deployment of ours comes off. Who takes off another version on the way to a newer one notes what a rollback would go back to; who
 * takes off the order's own is rolling back, and notes what to.
 */
export async function takeOff(
  { service }: Means,
  ctx: Context,
  { params }: Operation,
  { order, observed }: Seen,
): Promise<Refs> {
  const id = String(params.assignment_id);
  const leaving = [...observed.assignments, ...(observed.switchedOff ?? [])].find(({ ref }) => ref === id);
  await deleteAssignment(service, ctx, Number(id));
  if (!leaving) return {};
  const own = applicationOf(observed, order.package.version)?.ref;
  if (own !== undefined && order.purpose === 'uninstall') return { rollback_package_id: own };
  if (leaving.application === own) return {};
  const rollingBack = own !== undefined && sameOrder(leaving.mark, order);
  return { rollback_package_id: rollingBack ? own : leaving.application };
}

export async function deploy(
  { service, config }: Means,
  ctx: Context,
  target: WantedTarget,
  { order, observed, refs }: Seen,
): Promise<Refs> {
  const application = applicationThatIsThere(observed, order);
  await deviceCollection(service, ctx, target.collection);
  const collection = collectionOf(target, observed);
  await refuseSecond(service, ctx, application, collection);
  const made = await createAssignment(
    service,
    ctx,
    toAssignment(order, target, {
      modelId: application.modelId,
      ciId: application.ciId,
      collection,
      uniqueId: `{${randomUUID().toUpperCase()}}`,
      now: ctx.now(),
    }),
  );
  if (typeof made?.AssignmentID !== 'number')
    throw notAdminService('SCCM made a deployment and gave it no AssignmentID');
  const { AssignmentID: id } = made;
  if (!(await showsWithin(ctx, config, async () => (await readAssignment(service, ctx, id)) !== undefined))) {
    throw hiddenFromUs(id, collection);
  }
  const rollingBack = order.purpose === 'uninstall' || (refs.application_id ?? application.ref) !== application.ref;
  return {
    assignment_id: String(made.AssignmentID),
    application_id: refs.application_id ?? application.ref,
    rollback_package_id: rollingBack ? application.ref : (refs.rollback_package_id ?? application.ref),
    collection_id: collectionsOf(order, observed).join(','),
  };
}

/** A last look: an application and a collection may meet once, and never for installing and removing at a time. */
async function refuseSecond(
  service: AdminService,
  ctx: Context,
  { modelId, displayName }: HeldApplication,
  collection: string,
): Promise<void> {
  const [there] = (await assignmentsOf(service, ctx, [modelId])).filter((one) => one.TargetCollectionID === collection);
  if (!there) return;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `"${displayName}" was deployed to ${collection} in the meantime ("${there.AssignmentName}", ${there.AssignmentID})`,
    errorClass: 'transient',
    remedy: 'Nothing to do: the plane is looked at again.',
  });
}

/** Collections that the order is aimed at, in SCCM's ids. */
const collectionsOf = (order: Order, observed: SccmState): readonly string[] =>
  [...new Set(order.scope.include)].map(
    (target) => observed.siteCollections?.find((one) => one.target === target)?.collection ?? target,
  );

function collectionOf({ target, collection, site }: WantedTarget, { siteCollections }: SccmState): string {
  if (site === undefined) return collection;
  const held = siteCollections?.find((one) => one.target === target);
  if (!held) throw notShown(`the collection "${siteCollectionName(collection, site)}"`);
  return held.collection;
}

/** Not tried again: each time another deployment would be made that we cannot see. */
const hiddenFromUs = (id: number, collection: string) =>
  new EucoraError('PLANE_FORBIDDEN', {
    what: `SCCM made the deployment ${id} to ${collection} and does not show it to us`,
    remedy: `Delete that deployment in SCCM, and assign the collection ${collection} to the connector's account.`,
    details: { assignment_id: id, collection_id: collection },
  });
