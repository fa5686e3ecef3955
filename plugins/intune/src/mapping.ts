import {
  EucoraError,
  packageKey,
  type DetectionRule,
  type DeviceStatus,
  type HeldAssignment,
  type Order,
  type Purpose,
} from '@eucora/sdk';
import { newNotes } from './notes.js';
import type { AssignmentTarget, InstallIntent, MobileAppAssignment, Win32LobApp } from './wire.js';

/** One group of the order, as it should be assigned. */
export interface WantedTarget {
  readonly group: string;
  readonly mode: HeldAssignment['mode'];
  readonly purpose: Purpose;
}

const GROUP = '#microsoft.graph.groupAssignmentTarget';
const EXCLUDED_GROUP = '#microsoft.graph.exclusionGroupAssignmentTarget';

/** Values that Microsoft's own samples send: 0 and 1707 success, 3010 and 1641 a restart, 1618 try again. */
const RETURN_CODES = [
  { returnCode: 0, type: 'success' },
  { returnCode: 1707, type: 'success' },
  { returnCode: 3010, type: 'softReboot' },
  { returnCode: 1641, type: 'hardReboot' },
  { returnCode: 1618, type: 'retry' },
] as const;

/** The app object of one package version. The version is in its name because v1.0 has no field for it (`displayVersion` is beta). */
export function toWin32LobApp(order: Order): Win32LobApp {
  const pkg = order.package;
  if (pkg.platform !== 'windows') throw notForWindows(order);
  return {
    '@odata.type': '#microsoft.graph.win32LobApp',
    displayName: `${pkg.name} ${pkg.version}`,
    description: pkg.description ?? `${pkg.name} ${pkg.version}`,
    publisher: pkg.publisher,
    notes: newNotes(order),
    fileName: `${pkg.artifact.fileName}.intunewin`,
    setupFilePath: pkg.artifact.fileName,
    installCommandLine: pkg.installCommand,
    uninstallCommandLine: pkg.uninstallCommand,
    applicableArchitectures: 'x86,x64',
    minimumSupportedWindowsRelease: '1607',
    installExperience: { runAsAccount: 'system', deviceRestartBehavior: 'basedOnReturnCode' },
    rules: pkg.detection.map((rule) => toRule(rule, packageKey(pkg))),
    returnCodes: RETURN_CODES,
  };
}

const notForWindows = ({ plane, package: pkg }: Order) =>
  new EucoraError('PLATFORM_MISMATCH', {
    what: `${packageKey(pkg)} is for ${pkg.platform}; ${plane} puts Win32 apps on Windows devices`,
    details: { plane, package: packageKey(pkg) },
  });

/** Versions are compared for equality: an older app must not take a newer installation for its own, or nobody could go back. */
function toRule(rule: DetectionRule, key: string): Readonly<Record<string, unknown>> {
  switch (rule.kind) {
    case 'file':
      return {
        '@odata.type': '#microsoft.graph.win32LobAppFileSystemRule',
        ruleType: 'detection',
        path: rule.path,
        fileOrFolderName: rule.fileName,
        check32BitOn64System: false,
        ...(rule.version === undefined
          ? { operationType: 'exists', operator: 'notConfigured' }
          : { operationType: 'version', operator: 'equal', comparisonValue: rule.version }),
      };
    case 'registry':
      return {
        '@odata.type': '#microsoft.graph.win32LobAppRegistryRule',
        ruleType: 'detection',
        keyPath: rule.keyPath,
        ...(rule.valueName === undefined ? {} : { valueName: rule.valueName }),
        check32BitOn64System: false,
        ...(rule.value === undefined
          ? { operationType: 'exists', operator: 'notConfigured' }
          : { operationType: 'string', operator: 'equal', comparisonValue: rule.value }),
      };
    case 'msi':
      return {
        '@odata.type': '#microsoft.graph.win32LobAppProductCodeRule',
        ruleType: 'detection',
        productCode: rule.productCode,
        ...(rule.version === undefined
          ? { productVersionOperator: 'notConfigured' }
          : { productVersionOperator: 'equal', productVersion: rule.version }),
      };
    case 'package':
      throw new EucoraError('INPUT_INVALID', {
        what: `${key}: Intune cannot detect the system package "${rule.name}" on Windows`,
        remedy: 'Give the package a detection rule of the kind file, registry or msi.',
      });
  }
}

/** Each group once. @throws EucoraError `INPUT_INVALID` for a group that is both included and excluded */
export function toTargets({ scope, purpose }: Order): readonly WantedTarget[] {
  const include = new Set(scope.include);
  const exclude = new Set(scope.exclude ?? []);
  const both = [...include].filter((group) => exclude.has(group));
  if (both.length > 0) {
    throw new EucoraError('INPUT_INVALID', {
      what: `the scope includes and excludes the same group: ${both.join(', ')}`,
      remedy: 'Intune knows a group once per app. Take it out of one of the two lists.',
    });
  }
  return [
    ...[...include].map((group) => ({ group, mode: 'include' as const, purpose })),
    ...[...exclude].map((group) => ({ group, mode: 'exclude' as const, purpose })),
  ];
}

/** An exclusion takes no `settings`; the service refuses them. */
export const toAssignment = ({ group, mode, purpose }: WantedTarget): MobileAppAssignment => ({
  '@odata.type': '#microsoft.graph.mobileAppAssignment',
  intent: purpose,
  target: { '@odata.type': mode === 'include' ? GROUP : EXCLUDED_GROUP, groupId: group },
  ...(mode === 'include' ? { settings: null } : {}),
});

/** As it may be sent back: what the service owns is left out, everything else stays, filters of other tools included. */
export const echo = ({ intent, target, settings }: MobileAppAssignment): MobileAppAssignment => ({
  '@odata.type': '#microsoft.graph.mobileAppAssignment',
  intent,
  target: { ...target, '@odata.type': withHash(target['@odata.type']) },
  ...(settings === undefined || isExclusion(target) ? {} : { settings }),
});

export const groupOf = ({ target }: MobileAppAssignment): string | undefined => target.groupId ?? undefined;

/** `allDevicesAssignmentTarget` and its like have no group; their type is their name. */
export const toHeldAssignment = (version: string, assignment: MobileAppAssignment): HeldAssignment => ({
  version,
  target: groupOf(assignment) ?? typeName(assignment.target),
  mode: isExclusion(assignment.target) ? 'exclude' : 'include',
  purpose: toPurpose(assignment.intent),
  ...(assignment.id === undefined ? {} : { ref: assignment.id }),
});

const isExclusion = (target: AssignmentTarget) => typeName(target) === 'exclusionGroupAssignmentTarget';

/** The service writes type names with and without a leading `#`. */
const typeName = (target: AssignmentTarget) => target['@odata.type'].replace(/^#?microsoft\.graph\./, '');
const withHash = (type: string) => (type.startsWith('#') ? type : `#${type}`);

const toPurpose = (intent: InstallIntent): Purpose => (intent === 'availableWithoutEnrollment' ? 'available' : intent);

/**
 * The integers mean what `resultantAppState` says. Clients disagree about 3 (not installed, or not applicable); as "absent" it is
 * counted, and so can never let a ring pass that should wait.
 */
const BY_NUMBER: Readonly<Record<string, DeviceStatus>> = {
  '-1': 'not_applicable',
  '0': 'absent',
  '1': 'installed',
  '2': 'failed',
  '3': 'absent',
  '4': 'failed',
  '5': 'pending',
};

const BY_WORD: Readonly<Record<string, DeviceStatus>> = {
  installed: 'installed',
  failed: 'failed',
  notinstalled: 'absent',
  uninstalled: 'absent',
  uninstallfailed: 'failed',
  pendinginstall: 'pending',
  installpending: 'pending',
  pending: 'pending',
  notapplicable: 'not_applicable',
};

/** @param state the report's integer or word  @param text its localized form, which decides where both are there */
export const toDeviceStatus = (state: string | undefined, text?: string): DeviceStatus =>
  BY_WORD[lettersOf(text)] ?? BY_WORD[lettersOf(state)] ?? BY_NUMBER[(state ?? '').trim()] ?? 'unknown';

const lettersOf = (text = '') => text.toLowerCase().replace(/[^a-z]/g, '');

/** Intune writes `Windows`, `macOS`, `iOS`, `Android`, `Linux (ubuntu)`. */
export function toPlatform(operatingSystem: string | null | undefined): string {
  const name = (operatingSystem ?? '').toLowerCase();
  return ['windows', 'macos', 'ios', 'android', 'linux'].find((known) => name.startsWith(known)) ?? (name || 'unknown');
}
