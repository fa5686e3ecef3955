import type { Exchange, Route } from '@eucora/sdk/testing';
import { adminError, classRoutes, done, notFound, timeOf, write } from './answers.js';
import { mustEqual } from './odata.js';
import type { SccmSite, SimApplication } from './state.js';
import type { SimPointGroup, World } from './world.js';

/** Content packages, distribution point groups, and how far content has come. */
export function contentRoutes(world: World): Route<SccmSite>[] {
  const { clock, delays, pointGroups } = world;
  const now = () => clock.now().getTime();
  /** Applications with a content package; only the one that the filter is about, if it is about one. */
  const packaged = ({ state }: Exchange<SccmSite>, modelName?: unknown) => {
    const one = typeof modelName === 'string' ? state.applications.get(modelName) : undefined;
    const candidates = one ? [one] : [...state.applications.values()];
    return candidates.filter(
      ({ createdAt, deploymentTypes }) => deploymentTypes.length > 0 && now() >= createdAt + delays.contentPackage,
    );
  };

  return [
    ...classRoutes(world, {
      name: 'SMS_ContentPackage',
      key: 'PackageID',
      rows: (exchange, filter) =>
        packaged(exchange, mustEqual(filter, 'SecurityKey')).map(
          ({ packageId, modelName, displayName, createdAt }) => ({
            PackageID: packageId,
            SecurityKey: modelName,
            Name: displayName,
            PackageType: 8,
            SourceSite: world.siteCode,
            SourceVersion: 1,
            SourceDate: timeOf(createdAt),
          }),
        ),
    }),
    ...classRoutes(world, {
      name: 'SMS_DistributionPointGroup',
      key: 'GroupID',
      rows: () =>
        pointGroups.map(({ id, name, points }) => ({
          GroupID: id,
          Name: name,
          HasMember: points.length > 0,
          MemberCount: points.length,
          SourceSite: world.siteCode,
        })),
    }),
    ...classRoutes(world, {
      name: 'SMS_DPGroupDistributionStatusDetails',
      key: 'ID',
      rows: (exchange, filter) =>
        packaged(exchange, mustEqual(filter, 'ObjectID')).flatMap((one) => groupRows(world, one)),
    }),
    ...classRoutes(world, {
      name: 'SMS_PackageStatusDistPointsSummarizer',
      rows: (exchange) => packaged(exchange).flatMap((one) => pointRows(world, one)),
    }),
    write(world, 'POST', 'SMS_ContentPackage', "('{key}')/AdminService.AddDistributionPointGroup", (exchange) => {
      const application = packaged(exchange).find(({ packageId }) => packageId === exchange.params.key);
      if (!application) return notFound(`SMS_ContentPackage('${exchange.params.key}')`);
      const { DistributionPointGroup: asked = [] } = exchange.body as { DistributionPointGroup?: string[] };
      const unknown = asked.find((id) => !pointGroups.some((group) => group.id === id));
      if (asked.length === 0 || unknown !== undefined)
        return adminError(400, `No such group: ${unknown ?? 'none given'}`);
      for (const id of asked) if (!application.sentToGroups.has(id)) application.sentToGroups.set(id, now());
      world.ledger().record('content_sent', application.packageId, { groups: asked });
      return done(exchange);
    }),
  ];
}

function groupRows(world: World, application: SimApplication) {
  const now = world.clock.now().getTime();
  return [...application.sentToGroups].flatMap(([groupId, at], turn) => {
    const group = world.pointGroups.find(({ id }) => id === groupId);
    if (!group || now < at + world.delays.statusRow) return [];
    return group.points.map((point, place) => ({
      ID: rowId(application, turn, place),
      ObjectID: application.modelName,
      ObjectType: 512,
      ObjectTypeID: 31,
      PackageID: application.packageId,
      GroupID: groupId,
      DPName: point.toUpperCase(),
      SiteCode: world.siteCode,
      MessageState: now < at + world.delays.distribution ? 2 : world.failingPoints.has(point.toLowerCase()) ? 3 : 1,
      StatusTime: timeOf(now),
    }));
  });
}

const rowId = ({ modelId }: SimApplication, turn: number, place: number) =>
  (modelId % 100_000) * 10_000 + turn * 100 + place;

function pointRows(world: World, application: SimApplication) {
  const now = world.clock.now().getTime();
  const byGroup = [...application.sentToGroups].flatMap(([id, at]) =>
    (world.pointGroups.find((group: SimPointGroup) => group.id === id)?.points ?? []).map(
      (point) => [point, at] as const,
    ),
  );
  return [...byGroup, ...application.sentToPoints]
    .filter(([, at]) => now >= at + world.delays.statusRow)
    .map(([point, at]) => ({
      PackageID: application.packageId,
      ServerNALPath: `["Display=\\\\${point.toUpperCase()}\\"]MSWNET:["SMS_SITE=${world.siteCode}"]\\\\${point.toUpperCase()}\\`,
      SiteCode: world.siteCode,
      SourceVersion: 1,
      State: now < at + world.delays.distribution ? 1 : world.failingPoints.has(point.toLowerCase()) ? 3 : 0,
      SummaryDate: timeOf(now),
    }));
}
