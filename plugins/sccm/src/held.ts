import {
  readMark,
  type Context,
  type HeldAssignment,
  type HeldPackage,
  type Mark,
  type Order,
  type PlaneState,
  type Refs,
} from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import { assignmentsOf } from './admin-service-applications.js';
import type { SccmConfig } from './config.js';
import { isPlaced } from './content-folder.js';
import { findApplications, type OurApplication } from './held-applications.js';
import { isEverywhere, reachOf, type Reach } from './held-content.js';
import { purposeOf, toTargets } from './mapping.js';
import { mustHave } from './metadata.js';
import { siteCollections, type SiteCollection } from './site-collections.js';
import type { ApplicationAssignment } from './wire.js';

/** One application of ours. `ref` is its `ModelName`. */
export interface HeldApplication
  extends HeldPackage, Pick<OurApplication, 'displayName' | 'modelId' | 'ciId' | 'retired'> {
  /** It has its deployment type: nobody stopped half way. */
  readonly whole: boolean;
  /** Only known of the version that the order wants. */
  readonly reach?: Reach;
}

/** One deployment of an application of ours. `ref` is its `AssignmentID`. */
export interface HeldDeployment extends HeldAssignment {
  readonly ref: string;
  /** `ModelName`. */
  readonly application: string;
  readonly name: string;
  /** Of the order that made it; a person's has none. */
  readonly mark?: Mark;
}

export interface SccmState extends PlaneState {
  /** At most one of the version that the order wants; of other versions every one that carries our mark. */
  readonly packages: readonly HeldApplication[];
  /** Ours, and in effect. */
  readonly assignments: readonly HeldDeployment[];
  /** Ours, and switched off by hand. What is empty is left out. */
  readonly switchedOff?: readonly HeldDeployment[];
  /** Of our applications, made by people. */
  readonly strangers?: readonly HeldDeployment[];
  readonly siteCollections?: readonly SiteCollection[];
  /** The artifact lies where the site server reads it. Only looked for while the application is not whole. */
  readonly placed?: true;
}

/** What SCCM holds of an application. Changes nothing. */
export async function observe(
  service: AdminService,
  ctx: Context,
  config: SccmConfig,
  order: Order,
  refs: Refs,
): Promise<SccmState> {
  mustHave(await service.features(ctx));
  const targets = toTargets(order, config);
  const { own, others } = await findApplications(service, ctx, order, refs);
  const whole = own !== undefined && own.deploymentTypes > 0;
  const applications = [...(own ? [own] : []), ...others];
  const [reach, placed, ours] = await Promise.all([
    whole ? reachOf(service, ctx, config, own.modelName) : undefined,
    !whole && isPlaced(config, order.package.artifact),
    config.sites.length > 0 ? siteCollections(service, ctx, targets) : [],
  ]);
  const deployments = await deploymentsOf(service, ctx, applications, ours);

  return {
    packages: applications.map((one) => toHeld(one, one === own ? reach : undefined)),
    ...deployments,
    ...(ours.length > 0 && { siteCollections: ours }),
    ...(placed && { placed: true }),
  };
}

const toHeld = (one: OurApplication, reach: Reach | undefined): HeldApplication => {
  const whole = one.deploymentTypes > 0;
  return {
    version: one.version,
    ref: one.modelName,
    ready: whole && !one.retired && (reach === undefined || isEverywhere(reach)),
    displayName: one.displayName,
    modelId: one.modelId,
    ciId: one.ciId,
    retired: one.retired,
    whole,
    ...(one.mark && { mark: one.mark }),
    ...(reach && { reach }),
  };
};

/** By who made them, and whether they are in effect. */
export async function deploymentsOf(
  service: AdminService,
  ctx: Context,
  applications: readonly OurApplication[],
  ourCollections: readonly SiteCollection[],
): Promise<Pick<SccmState, 'assignments' | 'switchedOff' | 'strangers'>> {
  const byModel = new Map(applications.map((one) => [one.modelId, one]));
  const found = applications.length === 0 ? [] : await assignmentsOf(service, ctx, [...byModel.keys()]);
  const held = found.flatMap((one) => {
    const application = byModel.get(one.AppModelID);
    return application ? [{ one, deployment: toDeployment(one, application, ourCollections) }] : [];
  });
  const those = (which: (one: ApplicationAssignment) => boolean) =>
    held.filter(({ one }) => which(one)).map(({ deployment }) => deployment);
  const isOurs = (one: ApplicationAssignment) => readMark(one.AssignmentDescription) !== undefined;
  const switchedOff = those((one) => isOurs(one) && one.Enabled === false);
  const strangers = those((one) => !isOurs(one));
  return {
    assignments: those((one) => isOurs(one) && one.Enabled !== false),
    ...(switchedOff.length > 0 && { switchedOff }),
    ...(strangers.length > 0 && { strangers }),
  };
}

export function toDeployment(
  one: ApplicationAssignment,
  { version, modelName }: Pick<OurApplication, 'version' | 'modelName'>,
  ourCollections: readonly SiteCollection[],
): HeldDeployment {
  const mark = readMark(one.AssignmentDescription);
  const site = ourCollections.find(({ collection }) => collection === one.TargetCollectionID);
  return {
    version,
    target: site?.target ?? one.TargetCollectionID,
    mode: 'include',
    purpose: purposeOf(one),
    ref: String(one.AssignmentID),
    application: modelName,
    name: one.AssignmentName ?? '',
    ...(mark && { mark }),
  };
}
