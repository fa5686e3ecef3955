import type { Route } from '@eucora/sdk/testing';
import { adminError, classRoutes, created, deleted, notFound, timeOf, write } from './answers.js';
import { aim, unaim } from './devices.js';
import { mustEqual } from './odata.js';
import type { SccmSite, SimApplication, SimAssignment } from './state.js';
import type { World } from './world.js';

const REQUIRED = [
  'AppModelID',
  'AssignedCIs',
  'AssignmentName',
  'TargetCollectionID',
  'DesiredConfigType',
  'OfferTypeID',
];

/** Applications to read, deployments to read, make and delete. */
export function applicationRoutes(world: World): Route<SccmSite>[] {
  const isShown = ({ createdAt }: { createdAt: number }) =>
    world.clock.now().getTime() >= createdAt + world.delays.listLag;

  return [
    ...classRoutes(world, {
      name: 'SMS_Application',
      key: 'CI_ID',
      lazy: ['SDMPackageXML'],
      rows({ state }) {
        const deployments = new Map<unknown, number>();
        for (const { fields } of state.assignments.values()) {
          deployments.set(fields.AppModelID, (deployments.get(fields.AppModelID) ?? 0) + 1);
        }
        return [...state.applications.values()]
          .filter(isShown)
          .map((one) => applicationRow(one, deployments.get(one.modelId) ?? 0));
      },
    }),
    ...classRoutes(world, {
      name: 'SMS_ApplicationAssignment',
      key: 'AssignmentID',
      rows({ state }, filter) {
        const modelId = mustEqual(filter, 'AppModelID');
        return [...state.assignments.values()]
          .filter((one) => isShown(one) && (modelId === undefined || one.fields.AppModelID === modelId))
          .map(assignmentRow);
      },
    }),
    write(world, 'POST', 'SMS_ApplicationAssignment', '', (exchange) => {
      const { state, clock } = exchange;
      const fields = exchange.body as Record<string, unknown>;
      const missing = REQUIRED.filter((name) => fields[name] === undefined);
      if (missing.length > 0) return adminError(400, `Required properties are missing: ${missing.join(', ')}`);
      const application = [...state.applications.values()].find(({ modelId }) => modelId === fields.AppModelID);
      if (!application) return adminError(500, 'The SMS Provider reported an error: generic failure.');
      if (!(fields.AssignedCIs as unknown[]).includes(application.ciId) || application.expired) {
        return adminError(500, 'The SMS Provider reported an error: the CI is not the latest, or is expired.');
      }
      if (!state.collections.has(String(fields.TargetCollectionID)))
        return notFound(`SMS_Collection ${String(fields.TargetCollectionID)}`);
      const made: SimAssignment = {
        id: 16_777_216 + world.next('assignment'),
        createdAt: clock.now().getTime(),
        fields,
      };
      state.assignments.set(made.id, made);
      aim(world, state, made);
      world.ledger().record('assignment_made', String(made.id), { application: application.modelName, ...fields });
      return created(exchange, 'SMS_ApplicationAssignment', made.id, assignmentRow(made));
    }),
    write(world, 'DELETE', 'SMS_ApplicationAssignment', '({key})', ({ state, params }) => {
      const gone = state.assignments.get(Number(params.key));
      if (!gone) return notFound(`SMS_ApplicationAssignment(${params.key})`);
      unaim(world, state, gone);
      state.assignments.delete(gone.id);
      world.ledger().record('assignment_deleted', String(gone.id), { collection: gone.fields.TargetCollectionID });
      return deleted();
    }),
  ];
}

function applicationRow(one: SimApplication, deployments: number) {
  return {
    CI_ID: one.ciId,
    CI_UniqueID: `${one.modelName}/${one.revision}`,
    CIVersion: one.revision,
    DateCreated: timeOf(one.createdAt),
    HasContent: one.deploymentTypes.length > 0,
    IsDeployable: one.deploymentTypes.length > 0,
    IsDeployed: deployments > 0,
    IsEnabled: true,
    IsExpired: one.expired,
    IsLatest: true,
    LocalizedDescription: one.comment,
    LocalizedDisplayName: one.displayName,
    Manufacturer: one.publisher,
    ModelID: one.modelId,
    ModelName: one.modelName,
    NumberOfDeployments: deployments,
    NumberOfDeploymentTypes: one.deploymentTypes.length,
    PackageID: one.packageId,
    SDMPackageXML: `<AppMgmtDigest><Application LogicalName="${one.modelName}"/></AppMgmtDigest>`,
    SoftwareVersion: one.softwareVersion,
  };
}

const assignmentRow = ({ id, createdAt, fields }: SimAssignment) => ({
  ...fields,
  AssignmentID: id,
  CreationTime: timeOf(createdAt),
  LastModificationTime: timeOf(createdAt),
});
