import type { Route } from '@eucora/sdk/testing';
import { classRoutes, timeOf } from './answers.js';
import { membersOf, purposeOf, summaryOf, type Report } from './devices.js';
import { mustEqual, within, type Filter } from './odata.js';
import type { SccmSite, SimAssignment, SimCollection } from './state.js';
import type { SimResource, World } from './world.js';

/** Devices, who is in which collection, and what the site knows of each deployment. */
export function deviceRoutes(world: World): Route<SccmSite>[] {
  return [
    ...classRoutes(world, {
      name: 'SMS_R_System',
      key: 'ResourceID',
      rows: (_exchange, filter) =>
        within(world.devices, ({ resourceId }) => resourceId, filter, 'ResourceID').map((one) => systemRow(world, one)),
    }),
    ...classRoutes(world, {
      name: 'SMS_FullCollectionMembership',
      rows: ({ state }, filter) =>
        collectionsIn(state, filter).flatMap((collection) =>
          within(membersOf(world, collection), ({ resourceId }) => resourceId, filter, 'ResourceID').map((one) =>
            memberRow(collection, one),
          ),
        ),
    }),
    ...classRoutes(world, {
      name: 'SMS_AppDeploymentAssetDetails',
      rows: ({ state }, filter) =>
        assignmentsIn(state, filter).flatMap((assignment) =>
          within(
            summaryOf(world, state, assignment).reports,
            ({ resource }) => resource.resourceId,
            filter,
            'MachineID',
          ).map((report) => detailsRow(assignment, report)),
        ),
    }),
    ...classRoutes(world, {
      name: 'SMS_DeploymentSummary',
      key: 'DeploymentID',
      rows: ({ state }) => [...state.assignments.values()].map((one) => summaryRow(world, state, one)),
    }),
  ];
}

function collectionsIn(state: SccmSite, filter: Filter): readonly SimCollection[] {
  const id = mustEqual(filter, 'CollectionID');
  if (typeof id !== 'string') return [...state.collections.values()];
  const found = state.collections.get(id);
  return found ? [found] : [];
}

function assignmentsIn(state: SccmSite, filter: Filter): readonly SimAssignment[] {
  const id = mustEqual(filter, 'AssignmentID');
  if (typeof id !== 'number') return [...state.assignments.values()];
  const found = state.assignments.get(id);
  return found ? [found] : [];
}

const systemRow = (world: World, { resourceId, id, site }: SimResource) => ({
  ResourceID: resourceId,
  Name: id,
  NetbiosName: id.toUpperCase(),
  Active: 1,
  Client: 1,
  Obsolete: 0,
  Decommissioned: 0,
  SMSAssignedSites: [site],
  OperatingSystemNameandVersion: 'Microsoft Windows NT Workstation 10.0 (Tablet Edition)',
  AgentName: ['Heartbeat Discovery'],
  AgentTime: [timeOf(Math.floor(world.clock.now().getTime() / 3_600_000) * 3_600_000)],
});

const memberRow = ({ id: collection }: SimCollection, { resourceId, id, site }: SimResource) => ({
  CollectionID: collection,
  ResourceID: resourceId,
  ResourceType: 5,
  Name: id,
  IsClient: true,
  IsDirect: false,
  IsActive: true,
  SiteCode: site,
});

const detailsRow = ({ id, fields }: SimAssignment, { resource, statusType, enforcementState }: Report) => ({
  AssignmentID: id,
  AppName: fields.ApplicationName,
  CollectionID: fields.TargetCollectionID,
  MachineID: resource.resourceId,
  MachineName: resource.id,
  UserName: '(SYSTEM)',
  StatusType: statusType,
  AppStatusType: statusType,
  EnforcementState: enforcementState,
  DeploymentIntent: fields.OfferTypeID,
});

function summaryRow(world: World, state: SccmSite, assignment: SimAssignment) {
  const { fields, id, createdAt } = assignment;
  const { at, reports } = summaryOf(world, state, assignment);
  const count = (statusType: number) => reports.filter((one) => one.statusType === statusType).length;
  return {
    AssignmentID: id,
    DeploymentID: fields.AssignmentUniqueID,
    ApplicationName: fields.ApplicationName,
    CollectionID: fields.TargetCollectionID,
    CreationTime: timeOf(createdAt),
    DeploymentIntent: purposeOf(fields) === 'available' ? 2 : 1,
    DesiredConfigType: fields.DesiredConfigType,
    FeatureType: 1,
    NumberTargeted: reports.length,
    NumberSuccess: count(1),
    NumberInProgress: count(2),
    NumberErrors: count(5),
    NumberOther: count(3),
    NumberUnknown: count(4),
    SummarizationTime: timeOf(at),
  };
}
