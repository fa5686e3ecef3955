import {
  EucoraError,
  markOf,
  markText,
  packageKey,
  type DetectionRule,
  type DeviceStatus,
  type Order,
  type Package,
  type Purpose,
} from '@eucora/sdk';
import type { ApplicationSpec, DetectionSpec } from './authoring.js';
import type { SccmConfig } from './config.js';
import { contentLocation } from './content-folder.js';
import { applicationComment } from './marks.js';
import type { ApplicationAssignment } from './wire.js';

/** One collection of the order, as it should be aimed at. */
export interface WantedTarget {
  /** As the scope says it: `ABC00173`, or `ABC00173@XYZ`. */
  readonly target: string;
  readonly collection: string;
  /** Only the devices of this site: a collection of ours, limited to the one that is named. */
  readonly site?: string;
  readonly purpose: Purpose;
}

/** What begins the name of everything that we make. */
const OURS = 'EUCORA';
/** By which all versions of an application are found: `EUCORA esbuild `. */
export const namesBeginWith = (name: string): string => `${OURS} ${name} `;
export const displayNameOf = ({ name, version }: Pick<Package, 'name' | 'version'>): string =>
  `${OURS} ${name} ${version}`;
export const siteCollectionName = (collection: string, site: string): string => `${OURS} ${collection} site ${site}`;

/** What the console shows, and what two of the same cannot share. */
export const assignmentName = (pkg: Package, { target, purpose }: Pick<WantedTarget, 'target' | 'purpose'>): string =>
  `${displayNameOf(pkg)} ${target} ${purpose}`;

/** SCCM's own limit for an application's name, and the administrator's comment of 512 characters, which must hold our marks whole. */
const NAME_LENGTH = 255;
const COMMENT_LENGTH = 512;

/** @throws EucoraError `INPUT_INVALID`, `PLATFORM_MISMATCH` for what SCCM cannot hold */
export function toApplication(order: Order, config: Pick<SccmConfig, 'contentShare'>): ApplicationSpec {
  const pkg = order.package;
  const key = packageKey(pkg);
  if (pkg.platform !== 'windows') {
    throw new EucoraError('PLATFORM_MISMATCH', {
      what: `${key}: SCCM applications are for windows, not ${pkg.platform}`,
    });
  }
  const spec: ApplicationSpec = {
    display_name: displayNameOf(pkg),
    comment: applicationComment(order),
    publisher: pkg.publisher,
    software_version: pkg.version,
    localized_name: pkg.name,
    localized_description: pkg.description ?? `${pkg.name} ${pkg.version}`,
    deployment_type: {
      name: displayNameOf(pkg),
      content_location: contentLocation(config, pkg.artifact),
      install_command: pkg.installCommand,
      uninstall_command: pkg.uninstallCommand,
      detection: pkg.detection.map((rule) => toDetection(rule, key)),
    },
  };
  if (spec.display_name.length > NAME_LENGTH || spec.comment.length > COMMENT_LENGTH) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${key}: name and version are too long for SCCM (${NAME_LENGTH} characters with our prefix, ${COMMENT_LENGTH} for the mark)`,
    });
  }
  if (!isFileName(pkg.artifact.fileName)) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${key}: "${pkg.artifact.fileName}" is no name that a file can have on Windows`,
      remedy: 'Give the artifact a plain file name, without a folder.',
    });
  }
  return spec;
}

const FORBIDDEN_IN_NAMES = '<>:"/\\|?*';
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

const isFileName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 120 &&
  !/[. ]$/.test(name) &&
  !DEVICES.test(name) &&
  [...name].every((letter) => letter >= ' ' && !FORBIDDEN_IN_NAMES.includes(letter));

/** Versions are compared for equality: an older application must not take a newer installation for its own, or nobody could go back. */
function toDetection(rule: DetectionRule, key: string): DetectionSpec {
  switch (rule.kind) {
    case 'file':
      return {
        kind: 'file',
        path: rule.path,
        file_name: rule.fileName,
        ...(rule.version !== undefined && { version: rule.version }),
      };
    case 'registry':
      if (rule.value !== undefined && rule.valueName === undefined) {
        throw new EucoraError('INPUT_INVALID', {
          what: `${key}: SCCM cannot compare the unnamed value of ${rule.keyPath}`,
          remedy: 'Give the detection rule a valueName.',
        });
      }
      return {
        kind: 'registry',
        key_path: rule.keyPath,
        ...(rule.valueName !== undefined && { value_name: rule.valueName }),
        ...(rule.value !== undefined && { value: rule.value }),
      };
    case 'msi':
      return {
        kind: 'msi',
        product_code: rule.productCode,
        ...(rule.version !== undefined && { version: rule.version }),
      };
    case 'package':
      throw new EucoraError('INPUT_INVALID', {
        what: `${key}: SCCM cannot detect the system package "${rule.name}" on Windows`,
        remedy: 'Give the package a detection rule of the kind file, registry or msi.',
      });
  }
}

const TARGET = /^([A-Za-z0-9]{3}[A-Za-z0-9]{5})(?:@([A-Za-z0-9]{3}))?$/;

/** Each collection once. @throws EucoraError `INPUT_INVALID` for exclusions, which a deployment does not know, and for what is no collection id */
export function toTargets({ scope, purpose }: Order, { sites }: Pick<SccmConfig, 'sites'>): readonly WantedTarget[] {
  if (scope.exclude?.length) {
    throw new EucoraError('INPUT_INVALID', {
      what: `the scope excludes ${scope.exclude.join(', ')}, and a deployment of SCCM knows no exclusions`,
      remedy: 'Make a collection with an exclude rule in SCCM, and name that one in the scope.',
    });
  }
  return [...new Set(scope.include)].map((target) => {
    const [, collection, site] = TARGET.exec(target) ?? [];
    if (collection === undefined) {
      throw new EucoraError('INPUT_INVALID', {
        what: `"${target}" is no collection of SCCM`,
        remedy: 'Name a collection id such as ABC00173, or ABC00173@XYZ for its devices of the site XYZ.',
      });
    }
    if (site !== undefined && !sites.includes(site)) {
      throw new EucoraError('INPUT_INVALID', {
        what: `"${target}" names the site ${site}, which the connector does not know`,
        remedy: "Add the site's code to sites in the connector's configuration.",
      });
    }
    return { target, collection, purpose, ...(site !== undefined && { site }) };
  });
}

/** Who belongs to a site, as the console writes such a rule. */
export const siteQuery = (site: string): string =>
  'select SMS_R_SYSTEM.ResourceID,SMS_R_SYSTEM.ResourceType,SMS_R_SYSTEM.Name,SMS_R_SYSTEM.SMSUniqueIdentifier,' +
  'SMS_R_SYSTEM.ResourceDomainORWorkgroup,SMS_R_SYSTEM.Client from SMS_R_System ' +
  `where SMS_R_System.SMSAssignedSites = "${site}"`;

const INSTALL = 1;
const UNINSTALL = 2;
const REQUIRED = 0;
const AVAILABLE = 2;

export interface AssignmentSubject {
  readonly modelId: number;
  readonly ciId: number;
  readonly collection: string;
  /** In braces, upper case. */
  readonly uniqueId: string;
  readonly now: Date;
}

/**
 * A deployment as live clients send it (autopkg/iancohn-recipes). Due at once: rings and freeze windows are the hub's, maintenance
 * windows stay the site's.
 */
export function toAssignment(
  order: Order,
  target: WantedTarget,
  subject: AssignmentSubject,
): Readonly<Record<string, unknown>> {
  const at = subject.now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    ApplicationName: displayNameOf(order.package),
    ApplyToSubTargets: false,
    AppModelID: subject.modelId,
    AssignedCIs: [subject.ciId],
    AssignmentAction: 2,
    AssignmentDescription: markText(markOf(order)),
    AssignmentName: assignmentName(order.package, target),
    AssignmentType: 2,
    AssignmentUniqueID: subject.uniqueId,
    DesiredConfigType: target.purpose === 'uninstall' ? UNINSTALL : INSTALL,
    DisableMomAlerts: false,
    DPLocality: 80,
    Enabled: true,
    LogComplianceToWinEvent: false,
    NotifyUser: target.purpose === 'available',
    OfferFlags: 0,
    OfferTypeID: target.purpose === 'available' ? AVAILABLE : REQUIRED,
    OverrideServiceWindows: false,
    RebootOutsideOfServiceWindows: false,
    SoftDeadlineEnabled: false,
    StartTime: at,
    ...(target.purpose !== 'available' && { EnforcementDeadline: at }),
    SuppressReboot: 0,
    TargetCollectionID: subject.collection,
    UseGMTTimes: true,
    UserUIExperience: target.purpose === 'available',
    WoLEnabled: false,
  };
}

export const purposeOf = ({
  DesiredConfigType,
  OfferTypeID,
}: Pick<ApplicationAssignment, 'DesiredConfigType' | 'OfferTypeID'>): Purpose =>
  DesiredConfigType === UNINSTALL ? 'uninstall' : OfferTypeID === AVAILABLE ? 'available' : 'required';

/** `StatusType` of SMS_AppDeploymentAssetDetails. Success of an uninstallation is absence. An offline device is unknown until it reports. */
export function toDeviceStatus(statusType: number | null | undefined, purpose: Purpose): DeviceStatus {
  switch (statusType) {
    case 1:
      return purpose === 'uninstall' ? 'absent' : 'installed';
    case 2:
      return 'pending';
    case 3:
      return 'not_applicable';
    case 5:
      return 'failed';
    default:
      return 'unknown';
  }
}

/** The host name in a NAL path: `["Display=\\DP01.CONTOSO.COM\"]MSWNET:["SMS_SITE=ABC"]\\DP01.CONTOSO.COM\`. Lower case. */
export const pointOf = (nalPath: string): string => (/\\\\([^\\\]"]+)\\?$/.exec(nalPath)?.[1] ?? nalPath).toLowerCase();

/** `Microsoft Windows NT Workstation 10.0 (Tablet Edition)`. */
export const platformOf = (system: string | null | undefined): string =>
  /windows/i.test(system ?? '')
    ? 'windows'
    : /mac ?os|os x/i.test(system ?? '')
      ? 'macos'
      : /linux/i.test(system ?? '')
        ? 'linux'
        : 'unknown';

export const versionOf = (system: string | null | undefined): string | undefined =>
  /\d+(\.\d+)+/.exec(system ?? '')?.[0];
