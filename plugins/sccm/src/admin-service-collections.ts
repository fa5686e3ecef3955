import { EucoraError, type Context } from '@eucora/sdk';
import { pathBelow, type AdminService } from './admin-service.js';
import type { SccmConfig } from './config.js';
import { seesNothing } from './errors.js';
import { keyOf, oneOf, text } from './odata.js';
import type { AssetDetails, Collection, Member, Site, SystemResource } from './wire.js';

const COLLECTION = 'SMS_Collection';
const FIELDS: readonly (keyof Collection)[] = [
  'CollectionID',
  'Name',
  'Comment',
  'CollectionType',
  'CurrentStatus',
  'MemberCount',
  'LimitToCollectionID',
  'LastRefreshTime',
];
export const ADD_RULE = 'AddMembershipRule';
const REFRESH = 'RequestRefresh';
const DEVICES = 2;
export const READY = 1;

/** @throws EucoraError naming the collection, when it is not there, not shown to us, or holds people instead of devices */
export async function deviceCollection(service: AdminService, ctx: Context, id: string): Promise<Collection> {
  const [found] = await service.list<Collection>(ctx, COLLECTION, {
    filter: `CollectionID eq ${text(id)}`,
    select: FIELDS,
  });
  if (!found) {
    const any = await service.list<Collection>(ctx, COLLECTION, { select: ['CollectionID'], top: 1 });
    if (any.length === 0) throw seesNothing('collections');
    throw new EucoraError('PLANE_OBJECT_MISSING', {
      what: `SCCM has no collection ${id}, or does not show it to us`,
      remedy:
        "Check the collection ids in the intent's scopes, and that the connector's account is assigned the collection.",
      details: { collection_id: id },
    });
  }
  if (found.CollectionType === DEVICES) return found;
  throw new EucoraError('INPUT_INVALID', {
    what: `the collection ${id} ("${found.Name}") holds users, and a ring is made of devices`,
    remedy: 'Name a device collection in the scope.',
  });
}

export const collectionsNamed = (service: AdminService, ctx: Context, names: readonly string[]) =>
  service.list<Collection>(ctx, COLLECTION, { filter: oneOf('Name', names), select: FIELDS });

export const collectionsCommented = (service: AdminService, ctx: Context, words: string) =>
  service.list<Collection>(ctx, COLLECTION, { filter: `contains(Comment,${text(words)})`, select: FIELDS });

/** Rules are lazy: they come only to whoever asks by key. */
export const collectionInFull = (service: AdminService, ctx: Context, id: string) =>
  service.get<Collection>(ctx, COLLECTION, id);

/** Evaluated as its members change (4); a schedule cannot be written, the provider answers 500 to it. */
export const createCollection = (
  service: AdminService,
  ctx: Context,
  fields: { name: string; limit: string; comment: string },
) =>
  service.create<Partial<Collection>>(ctx, COLLECTION, {
    Name: fields.name,
    LimitToCollectionID: fields.limit,
    Comment: fields.comment,
    CollectionType: DEVICES,
    RefreshType: 4,
  });

/** One rule a call: the method for several is broken on the site (AdamGrossTX/ConfigMgr.AdminService#12). */
export const addQueryRule = (service: AdminService, ctx: Context, id: string, name: string, query: string) =>
  service.call(ctx, `${COLLECTION}${keyOf(id)}/AdminService.${ADD_RULE}`, {
    collectionRule: { '@odata.type': '#AdminService.SMS_CollectionRuleQuery', RuleName: name, QueryExpression: query },
  });

export const requestRefresh = (service: AdminService, ctx: Context, id: string) =>
  service.call(ctx, `${COLLECTION}${keyOf(id)}/AdminService.${REFRESH}`, {}, { replayable: true });

/** As a plan announces them. */
export const collectionWrites = {
  create: (config: SccmConfig): readonly string[] => [`POST ${pathBelow(config, COLLECTION)}`],
  addRule: (config: SccmConfig): readonly string[] => [
    `POST ${pathBelow(config, `${COLLECTION}('{}')/AdminService.${ADD_RULE}`)}`,
  ],
  refresh: (config: SccmConfig): readonly string[] => [
    `POST ${pathBelow(config, `${COLLECTION}('{}')/AdminService.${REFRESH}`)}`,
  ],
};

export const membersOf = (service: AdminService, ctx: Context, collection: string) =>
  service.pages<Member>(ctx, 'SMS_FullCollectionMembership', {
    filter: `CollectionID eq ${text(collection)}`,
    select: ['ResourceID', 'Name', 'IsClient', 'SiteCode'],
    key: 'ResourceID',
  });

const ROWS_A_LOOK = 10_000;

/** What the site knows of one deployment on the devices from one resource id to another, both included. A row per device and user. */
export const detailsBetween = (service: AdminService, ctx: Context, assignment: number, first: number, last: number) =>
  service.list<AssetDetails>(ctx, 'SMS_AppDeploymentAssetDetails', {
    filter: `AssignmentID eq ${assignment} and MachineID ge ${first} and MachineID le ${last}`,
    select: ['MachineID', 'AssignmentID', 'StatusType', 'EnforcementState', 'UserName'],
    top: ROWS_A_LOOK,
  });

export const managedSystems = (service: AdminService, ctx: Context) =>
  service.pages<SystemResource>(ctx, 'SMS_R_System', {
    filter: 'Client eq 1',
    select: [
      'ResourceID',
      'Name',
      'Client',
      'Obsolete',
      'Decommissioned',
      'OperatingSystemNameandVersion',
      'AgentTime',
    ],
    key: 'ResourceID',
  });

export const sites = (service: AdminService, ctx: Context) =>
  service.list<Site>(ctx, 'SMS_Site', { select: ['SiteCode', 'SiteName', 'Version'] });
