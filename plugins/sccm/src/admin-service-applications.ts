import type { Context } from '@eucora/sdk';
import { pathBelow, type AdminService } from './admin-service.js';
import type { SccmConfig } from './config.js';
import { all, inGroups, oneOf, text } from './odata.js';
import type { Application, ApplicationAssignment } from './wire.js';

const APPLICATION = 'SMS_Application';
const ASSIGNMENT = 'SMS_ApplicationAssignment';
const APPLICATION_FIELDS: readonly (keyof Application)[] = [
  'CI_ID',
  'ModelName',
  'ModelID',
  'LocalizedDisplayName',
  'LocalizedDescription',
  'NumberOfDeploymentTypes',
  'IsExpired',
];
const ASSIGNMENT_FIELDS: readonly (keyof ApplicationAssignment)[] = [
  'AssignmentID',
  'AssignmentName',
  'AssignmentDescription',
  'AppModelID',
  'TargetCollectionID',
  'DesiredConfigType',
  'OfferTypeID',
  'Enabled',
];
/** A filter travels in the address, which has an end. */
const IDS_A_FILTER = 25;

/** Latest revisions of the applications whose names begin so. */
export const applicationsNamed = (service: AdminService, ctx: Context, beginning: string) =>
  service.pages<Application>(ctx, APPLICATION, {
    filter: all(`startswith(LocalizedDisplayName,${text(beginning)})`, 'IsLatest eq true'),
    select: APPLICATION_FIELDS,
    key: 'CI_ID',
  });

export const applicationOfModel = async (service: AdminService, ctx: Context, modelName: string) =>
  (
    await service.list<Application>(ctx, APPLICATION, {
      filter: all(`ModelName eq ${text(modelName)}`, 'IsLatest eq true'),
      select: APPLICATION_FIELDS,
    })
  )[0];

/** Whether we are shown any at all: a site without one application is rarer than an account without rights. */
export const seesAnyApplication = async (service: AdminService, ctx: Context) =>
  (await service.list<object>(ctx, APPLICATION, { select: ['CI_ID'], top: 1 })).length > 0;

/** Deployments of these applications, to any collection. */
export async function assignmentsOf(
  service: AdminService,
  ctx: Context,
  modelIds: readonly number[],
): Promise<readonly ApplicationAssignment[]> {
  const found: ApplicationAssignment[] = [];
  for (const some of inGroups(modelIds, IDS_A_FILTER)) {
    const pages = service.pages<ApplicationAssignment>(ctx, ASSIGNMENT, {
      filter: oneOf('AppModelID', some),
      select: ASSIGNMENT_FIELDS,
      key: 'AssignmentID',
    });
    for await (const page of pages) found.push(...page);
  }
  return found;
}

/** Every deployment whose description holds the words. */
export const assignmentsDescribed = (service: AdminService, ctx: Context, words: string) =>
  service.pages<ApplicationAssignment>(ctx, ASSIGNMENT, {
    filter: `contains(AssignmentDescription,${text(words)})`,
    select: ASSIGNMENT_FIELDS,
    key: 'AssignmentID',
  });

export const readAssignment = (service: AdminService, ctx: Context, id: number) =>
  service.get<ApplicationAssignment>(ctx, ASSIGNMENT, id);

export const createAssignment = (service: AdminService, ctx: Context, fields: object) =>
  service.create<Partial<ApplicationAssignment>>(ctx, ASSIGNMENT, fields);

export const deleteAssignment = (service: AdminService, ctx: Context, id: number) =>
  service.remove(ctx, ASSIGNMENT, id);

/** As a plan announces them. */
export const assignmentWrites = {
  create: (config: SccmConfig): readonly string[] => [`POST ${pathBelow(config, ASSIGNMENT)}`],
  remove: (config: SccmConfig, id: number): readonly string[] => [
    `DELETE ${pathBelow(config, `${ASSIGNMENT}(${id})`)}`,
  ],
};
