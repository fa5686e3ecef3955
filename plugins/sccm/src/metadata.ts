import { EucoraError } from '@eucora/sdk';
import { notAdminService } from './errors.js';

/** What a site's AdminService has. Older versions lack classes and methods, and say 404 to them. */
export interface Features {
  readonly classes: ReadonlySet<string>;
  /** Methods by their name: `AddDistributionPointGroup`. */
  readonly methods: ReadonlySet<string>;
}

const CLASS = /<EntityType\b[^>]*?\bName="([^"]+)"/g;
const METHOD = /<(?:Action|Function)\b[^>]*?\bName="([^"]+)"/g;

/** What every publish, look and rollback rests on. */
const NEEDED_CLASSES = [
  'SMS_Application',
  'SMS_ApplicationAssignment',
  'SMS_AppDeploymentAssetDetails',
  'SMS_Collection',
  'SMS_ContentPackage',
  'SMS_FullCollectionMembership',
  'SMS_R_System',
  'SMS_Site',
];

/** Reads the CSDL of `/wmi/$metadata`. It is megabytes long and regular, so only its names are looked for. */
export function readFeatures(csdl: string): Features {
  if (!/<(\w+:)?Edmx\b/i.test(csdl)) throw notAdminService('what should be the $metadata of AdminService is no CSDL');
  return { classes: namesIn(csdl, CLASS), methods: namesIn(csdl, METHOD) };
}

const namesIn = (csdl: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...csdl.matchAll(pattern)].map((found) => found[1]!));

/** @throws EucoraError `PLANE_REJECTED` naming what this site's AdminService does not have */
export function mustHave(
  features: Features,
  needed: { classes?: readonly string[]; methods?: readonly string[] } = {},
): void {
  const missing = [
    ...(needed.classes ?? NEEDED_CLASSES).filter((name) => !features.classes.has(name)),
    ...(needed.methods ?? []).filter((name) => !features.methods.has(name)),
  ];
  if (missing.length === 0) return;
  throw new EucoraError('PLANE_REJECTED', {
    what: `the AdminService of this site does not have ${missing.join(', ')}`,
    remedy: 'Update the site: the connector needs Configuration Manager current branch 2111 or later.',
    details: { missing },
  });
}
