import { route, type Route } from '@eucora/sdk/testing';
import { BASE, classRoutes } from './answers.js';
import type { SccmSite } from './state.js';
import type { World } from './world.js';

const CLASSES = [
  'SMS_AppDeploymentAssetDetails',
  'SMS_Application',
  'SMS_ApplicationAssignment',
  'SMS_Collection',
  'SMS_ContentPackage',
  'SMS_DeploymentSummary',
  'SMS_DistributionPointGroup',
  'SMS_DPGroupDistributionStatusDetails',
  'SMS_FullCollectionMembership',
  'SMS_PackageStatusDistPointsSummarizer',
  'SMS_R_System',
  'SMS_Site',
];
const METHODS: readonly (readonly [string, string])[] = [
  ['AddDistributionPointGroup', 'SMS_ContentPackage'],
  ['AddMembershipRule', 'SMS_Collection'],
  ['AddMembershipRules', 'SMS_Collection'],
  ['RequestRefresh', 'SMS_Collection'],
];

/** The sites of the hierarchy, and what the service says it has. */
export const siteRoutes = (world: World): Route<SccmSite>[] => [
  ...classRoutes(world, {
    name: 'SMS_Site',
    key: 'SiteCode',
    rows: () =>
      [world.siteCode, ...world.sites].map((code, at) => ({
        SiteCode: code,
        SiteName: `Site ${code}`,
        ReportingSiteCode: at === 0 ? '' : world.siteCode,
        Type: at === 0 ? 2 : 1,
        Status: 1,
        Version: '5.00.9141.1000',
      })),
  }),
  route('GET', `${BASE}/$metadata`, ({ send }) =>
    send(200, metadata(world), { 'content-type': 'application/xml; charset=utf-8' }),
  ),
];

const metadata = ({ without }: World): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    '<Schema Namespace="AdminService" xmlns="http://docs.oasis-open.org/odata/ns/edm">',
    ...CLASSES.filter((name) => !without.has(name)).map(
      (name) => `<EntityType Name="${name}" BaseType="AdminService.SMS_BaseClass"/>`,
    ),
    ...METHODS.filter(([name]) => !without.has(name)).map(
      ([name, of]) =>
        `<Action Name="${name}" IsBound="true"><Parameter Name="bindingParameter" Type="AdminService.${of}"/></Action>`,
    ),
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
