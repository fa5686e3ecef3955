import { EucoraError, type Context } from '@eucora/sdk';
import { pathBelow, type AdminService } from './admin-service.js';
import type { SccmConfig } from './config.js';
import { seesNothing } from './errors.js';
import { all, keyOf, oneOf, text } from './odata.js';
import type { ContentPackage, DistributionPointGroup, GroupContentStatus, PointContentStatus } from './wire.js';

const PACKAGE = 'SMS_ContentPackage';
const GROUP = 'SMS_DistributionPointGroup';
export const ADD_GROUP = 'AddDistributionPointGroup';

/** The package that SCCM makes of an application's content, some seconds after the application. */
export const contentPackageOf = async (service: AdminService, ctx: Context, modelName: string) =>
  (
    await service.list<ContentPackage>(ctx, PACKAGE, {
      filter: `SecurityKey eq ${text(modelName)}`,
      select: ['PackageID', 'SecurityKey', 'SourceVersion'],
    })
  )[0];

interface KnownGroups {
  readonly at: number;
  readonly ids: ReadonlyMap<string, string>;
}

/** Groups hardly ever change, and every look at content needs their ids. */
const KEEP_GROUPS_MS = 600_000;
const known = new WeakMap<AdminService, KnownGroups>();

/** Ids by name. @throws EucoraError `PLANE_OBJECT_MISSING`, or `PLANE_FORBIDDEN` where we are shown no group at all */
export async function groupIds(
  service: AdminService,
  ctx: Context,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const now = ctx.now().getTime();
  const kept = known.get(service);
  const isGood = kept !== undefined && now < kept.at + KEEP_GROUPS_MS && names.every((name) => kept.ids.has(name));
  const ids = isGood ? kept.ids : await readGroups(service, ctx);
  known.set(service, isGood ? kept : { at: now, ids });
  const missing = names.filter((name) => !ids.has(name));
  if (missing.length > 0) {
    throw new EucoraError('PLANE_OBJECT_MISSING', {
      what: `SCCM has no distribution point group called ${missing.join(', ')}`,
      remedy: "Check distributionPointGroups in the connector's configuration, and that its account may read them.",
      details: { missing },
    });
  }
  return new Map(names.map((name) => [name, ids.get(name)!]));
}

async function readGroups(service: AdminService, ctx: Context): Promise<ReadonlyMap<string, string>> {
  const groups = await service.list<DistributionPointGroup>(ctx, GROUP, { select: ['GroupID', 'Name'] });
  if (groups.length === 0) throw seesNothing('distribution point groups');
  return new Map(groups.map(({ Name, GroupID }) => [Name, GroupID]));
}

export const statusOnGroups = (service: AdminService, ctx: Context, modelName: string, groups: readonly string[]) =>
  service.pages<GroupContentStatus>(ctx, 'SMS_DPGroupDistributionStatusDetails', {
    filter: all(`ObjectID eq ${text(modelName)}`, oneOf('GroupID', groups)),
    select: ['ID', 'GroupID', 'DPName', 'MessageState'],
    key: 'ID',
  });

export const statusOnPoints = (service: AdminService, ctx: Context, packageId: string) =>
  service.list<PointContentStatus>(ctx, 'SMS_PackageStatusDistPointsSummarizer', {
    filter: `PackageID eq ${text(packageId)}`,
    select: ['ServerNALPath', 'State'],
  });

export const addToGroups = (service: AdminService, ctx: Context, packageId: string, groups: readonly string[]) =>
  service.call(ctx, `${PACKAGE}${keyOf(packageId)}/AdminService.${ADD_GROUP}`, { DistributionPointGroup: groups });

/** As a plan announces it. */
export const distributionWrites = (config: SccmConfig): readonly string[] => [
  `POST ${pathBelow(config, `${PACKAGE}('{}')/AdminService.${ADD_GROUP}`)}`,
];
