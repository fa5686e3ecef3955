import {
  EucoraError,
  markOf,
  markText,
  packageKey,
  type HeldAssignment,
  type Order,
  type Package,
  type Purpose,
} from '@eucora/sdk';
import { sourceOf, type AnsibleConfig } from './config.js';
import { OUR_PREFIX, type AssignmentRecord, type PackageRecord } from './records.js';

/** One group of the order, as it should be aimed at. */
export interface WantedTarget {
  readonly target: string;
  readonly mode: HeldAssignment['mode'];
  readonly purpose: Purpose;
}

/** How the package manager of a host calls it. */
export interface SystemPackage {
  readonly name: string;
  readonly version: string;
}

/** The same two rules stand in the playbooks, which trust nobody. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9+.:~_-]*$/;
/** A host or group that can stand in a limit as it is. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const EVERYBODY = new Set(['all', 'ungrouped']);
/** A longer list of names is given up for the group. */
const NAMES_IN_LIMIT = 500;

export function toSystemPackage(pkg: Package): SystemPackage {
  if (pkg.platform !== 'linux') {
    throw new EucoraError('PLATFORM_MISMATCH', {
      what: `${packageKey(pkg)}: this connector installs Linux packages only`,
    });
  }
  const rule = pkg.detection.find((one) => one.kind === 'package');
  if (!rule) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${packageKey(pkg)} does not say how the package manager calls it`,
      remedy:
        'Give the package a detection rule of the kind package, with the name and the whole version, e.g. jq 1.6-2.1.',
    });
  }
  const found = { name: rule.name, version: rule.version ?? pkg.version };
  if (!NAME.test(found.name) || !VERSION.test(found.version)) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${packageKey(pkg)}: "${found.name}" "${found.version}" is no name and version of a Linux package`,
      remedy: 'Correct the detection rule of the kind package.',
    });
  }
  return found;
}

/** Each group once. @throws EucoraError `INPUT_INVALID` for a name that would reach further than it says, or is in both lists */
export function toTargets({ scope, purpose }: Order): readonly WantedTarget[] {
  const include = new Set(scope.include);
  const exclude = new Set(scope.exclude ?? []);
  for (const name of [...include, ...exclude]) {
    if (PLAIN.test(name) && !EVERYBODY.has(name) && !name.startsWith(OUR_PREFIX)) continue;
    throw new EucoraError('INPUT_INVALID', {
      what: `"${name}" cannot be the target of a scope on AWX`,
      remedy:
        "Name a group of the inventory: letters, digits, _ . and -; not all, not ungrouped, and none of the hub's own.",
    });
  }
  const both = [...include].filter((name) => exclude.has(name));
  if (both.length > 0) {
    throw new EucoraError('INPUT_INVALID', {
      what: `the scope includes and excludes the same group: ${both.join(', ')}`,
      remedy: 'Take it out of one of the two lists.',
    });
  }
  return [
    ...[...include].map((target) => ({ target, mode: 'include' as const, purpose })),
    ...[...exclude].map((target) => ({ target, mode: 'exclude' as const, purpose })),
  ];
}

export const toPackageRecord = (order: Order, config: AnsibleConfig): PackageRecord => {
  const source = sourceOf(config);
  return {
    kind: 'package',
    name: order.package.name,
    platform: order.package.platform,
    version: order.package.version,
    sha256: order.package.artifact.sha256,
    source,
    ready: source !== 'repository',
    mark: markText(markOf(order)),
    generation: 1,
  };
};

export const toAssignmentRecord = (order: Order, wanted: WantedTarget): AssignmentRecord => ({
  kind: 'assignment',
  name: order.package.name,
  platform: order.package.platform,
  version: order.package.version,
  ...wanted,
  mark: markText(markOf(order)),
  generation: 1,
  launches: [],
});

/** `tag_lab:!tag_kiosk`, in Ansible's pattern language. */
export const toPattern = (target: string, excluded: readonly string[]): string =>
  [target, ...excluded.map((name) => `!${name}`)].join(':');

/** Names one by one; nothing where the list is too long or a name would be read as a pattern. */
export const toNames = (hosts: readonly string[]): string | undefined =>
  hosts.length <= NAMES_IN_LIMIT && hosts.every((name) => PLAIN.test(name) && !EVERYBODY.has(name))
    ? hosts.join(',')
    : undefined;

export const labelOf = (correlationId: string): string => `eucora-${correlationId}`;

/** Names one launch for ever: the record, its generation, the attempt. */
export const launchIdOf = (record: number, generation: number, attempt: number): string =>
  `${record}/${generation}/${attempt}`;

/** What every job of ours carries, whatever its playbook. AWX takes launch-time values as they are: Jinja in them is not run. */
export const toCorrelation = (order: Order, launch: string): Readonly<Record<string, unknown>> => ({
  eucora_correlation_id: order.correlationId,
  eucora_intent_id: order.intentId,
  eucora_ring: order.ring,
  eucora_launch: launch,
});

const toArtifact = ({ artifact }: Package, config: AnsibleConfig): Readonly<Record<string, unknown>> => ({
  eucora_artifact_sha256: artifact.sha256,
  eucora_artifact_file_name: artifact.fileName,
  ...(config.artifactUrl !== undefined && {
    eucora_artifact_url: config.artifactUrl
      .replaceAll('{sha256}', artifact.sha256)
      .replaceAll('{file_name}', encodeURIComponent(artifact.fileName)),
  }),
});

export interface Aim {
  readonly launch: string;
  readonly limit: string;
  readonly asked: number;
  readonly scope: number;
}

/** The variables of `package_install.yml`. */
export function toInstallVars(order: Order, config: AnsibleConfig, aim: Aim): Readonly<Record<string, unknown>> {
  const { name, version } = toSystemPackage(order.package);
  return {
    ...toCorrelation(order, aim.launch),
    eucora_action: order.purpose === 'uninstall' ? 'uninstall' : 'install',
    eucora_package_name: name,
    eucora_package_version: version,
    ...(sourceOf(config) === 'artifact' && order.purpose !== 'uninstall' && toArtifact(order.package, config)),
    eucora_limit: aim.limit,
    eucora_asked_hosts: aim.asked,
    eucora_scope_hosts: aim.scope,
  };
}

/** The variables of `repo_sync.yml`. */
export const toSyncVars = (order: Order, config: AnsibleConfig, launch: string): Readonly<Record<string, unknown>> => ({
  ...toCorrelation(order, launch),
  eucora_package_name: toSystemPackage(order.package).name,
  eucora_package_version: toSystemPackage(order.package).version,
  ...toArtifact(order.package, config),
});
