import { EucoraError, operation, packageKey, type Operation, type Order } from '@eucora/sdk';
import { assignmentWrites } from './admin-service-applications.js';
import { collectionWrites } from './admin-service-collections.js';
import { distributionWrites } from './admin-service-content.js';
import type { ApplicationSpec } from './authoring.js';
import type { SccmConfig } from './config.js';
import type { HeldApplication, HeldDeployment, SccmState } from './held.js';
import { isEverywhere, placesThat } from './held-content.js';
import { siteCollectionName, toApplication, toTargets, type WantedTarget } from './mapping.js';
import { authoringWrites } from './open-authoring.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly version: string;
  readonly sha256: string;
  readonly application: ApplicationSpec;
  readonly targets: readonly WantedTarget[];
}

export const desired =
  (config: SccmConfig) =>
  (order: Order): Desired => ({
    key: packageKey(order.package),
    version: order.package.version,
    sha256: order.package.artifact.sha256,
    application: toApplication(order, config),
    targets: toTargets(order, config),
  });

export const applicationOf = (observed: SccmState, version: string): HeldApplication | undefined =>
  observed.packages.find((one) => one.version === version);

/** The operations left to do, in order. Pure; but for deployments that are there, no ids of SCCM's are in them. */
export const diff =
  (plane: string, config: SccmConfig) =>
  (want: Desired, observed: SccmState): readonly Operation[] => [
    ...want.targets.flatMap((target) => siteCollection(plane, config, target, observed)),
    ...publishing(plane, config, want, applicationOf(observed, want.version), observed.placed === true),
    ...assigning(plane, config, want, observed),
  ];

function siteCollection(
  plane: string,
  config: SccmConfig,
  { target, collection, site }: WantedTarget,
  observed: SccmState,
): readonly Operation[] {
  if (site === undefined) return [];
  const held = observed.siteCollections?.find((one) => one.target === target);
  const name = siteCollectionName(collection, site);
  const step = (kind: string, summary: string, writes: readonly string[]) =>
    operation(plane, 'publish', kind, summary, { target, collection, site }, writes);
  return [
    ...(held
      ? []
      : [
          step(
            'create_site_collection',
            `create collection "${name}" within ${collection}`,
            collectionWrites.create(config),
          ),
        ]),
    ...(held?.ruled
      ? []
      : [step('add_site_rule', `fill "${name}" with the devices of site ${site}`, collectionWrites.addRule(config))]),
    ...(held?.evaluated && held.ruled
      ? []
      : [step('evaluate_site_collection', `have "${name}" evaluated`, collectionWrites.refresh(config))]),
  ];
}

function publishing(
  plane: string,
  config: SccmConfig,
  { key, sha256, application }: Desired,
  held: HeldApplication | undefined,
  placed: boolean,
): readonly Operation[] {
  if (held?.retired) throw retired(held);
  const name = application.display_name;
  const step = (kind: string, summary: string, params: object, writes: readonly string[]) =>
    operation(plane, 'publish', kind, summary, { package: key, sha256, ...params }, writes);

  const reach = held?.whole ? held.reach : undefined;
  const groups = reach ? placesThat(reach.groups, 'absent') : config.distributionPointGroups;
  const points = reach ? placesThat(reach.points, 'absent') : config.distributionPoints;
  return [
    ...(held?.whole || placed
      ? []
      : [step('place_content', `place the content of ${key} on ${config.contentShare}`, {}, [])]),
    ...(held?.whole
      ? []
      : [step('author_application', `create application "${name}"`, {}, authoringWrites(config, 'applications'))]),
    ...(groups.length === 0
      ? []
      : [
          step(
            'distribute_content',
            `distribute "${name}" to ${groups.join(', ')}`,
            { groups },
            distributionWrites(config),
          ),
        ]),
    ...(points.length === 0
      ? []
      : [
          step(
            'distribute_to_points',
            `distribute "${name}" to ${points.join(', ')}`,
            { points },
            authoringWrites(config, 'distributions'),
          ),
        ]),
    ...(reach && isEverywhere(reach)
      ? []
      : [step('await_content', `wait until "${name}" is on its distribution points`, {}, [])]),
  ];
}

/** First everything that would fight with the order comes off its collections, then what is wanted goes on: never both at a time. */
function assigning(plane: string, config: SccmConfig, want: Desired, observed: SccmState): readonly Operation[] {
  refuseStrangers(want, observed);
  const keeps = new Map<string, HeldDeployment>();
  for (const one of [...observed.assignments].sort(byId)) {
    const wanted = want.targets.find(({ target }) => target === one.target);
    if (wanted && one.version === want.version && one.purpose === wanted.purpose && !keeps.has(one.target)) {
      keeps.set(one.target, one);
    }
  }
  const ours = new Set(want.targets.map(({ target }) => target));
  const leaving = [...observed.assignments, ...(observed.switchedOff ?? [])]
    .filter((one) => ours.has(one.target) && keeps.get(one.target) !== one)
    .sort(byId);
  return [
    ...leaving.map(({ version, target, purpose, ref }) =>
      operation(
        plane,
        'assign',
        'delete_deployment',
        `take version ${version} (${purpose}) off collection ${target}`,
        { package: want.key, version, target, purpose, assignment_id: ref },
        assignmentWrites.remove(config, Number(ref)),
      ),
    ),
    ...want.targets
      .filter(({ target }) => !keeps.has(target))
      .map((target) =>
        operation(
          plane,
          'assign',
          'create_deployment',
          `deploy "${want.application.display_name}" to collection ${target.target} (${target.purpose})`,
          { package: want.key, ...target },
          assignmentWrites.create(config),
        ),
      ),
  ];
}

/** What people deployed of our application stays theirs; it may not stand beside ours. */
function refuseStrangers(want: Desired, observed: SccmState): void {
  const ours = new Set(want.targets.map(({ target }) => target));
  const inTheWay = (observed.strangers ?? []).filter(({ target }) => ours.has(target));
  if (inTheWay.length === 0) return;
  const names = inTheWay.map(({ name, ref, target }) => `"${name}" (${ref}) on ${target}`).join(', ');
  throw new EucoraError('PLANE_CONFLICT', {
    what: `somebody deployed ${want.application.display_name} by hand where the hub is to deploy it: ${names}`,
    remedy: 'Delete these deployments in SCCM, or take the collection out of the scope.',
    details: { package: want.key, assignment_ids: inTheWay.map(({ ref }) => ref) },
  });
}

const byId = (a: HeldDeployment, b: HeldDeployment) => Number(a.ref) - Number(b.ref);

const retired = ({ displayName, ref }: HeldApplication) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `somebody retired the application "${displayName}" in SCCM; a retired application cannot be deployed`,
    remedy: 'Reinstate it in the Configuration Manager console, or publish another version.',
    details: { application_id: ref },
  });
