import { EucoraError, packageKey, RINGS, type Order, type Package, type Purpose, type RingName } from '@eucora/sdk';
import { packageNotes } from './marks.js';
import type { NewPackage } from './wire.js';

/** A policy brings an application to a ring, or takes it off. */
export type PolicyKind = 'install' | 'uninstall';

export const kindOf = (purpose: Purpose): PolicyKind => (purpose === 'uninstall' ? 'uninstall' : 'install');

const PREFIX = 'EUCORA';

/** Unique in Jamf Pro, so it is the natural key. Whose it really is its notes tell. */
export const packageName = (pkg: Pick<Package, 'name' | 'version'>): string => `${PREFIX} ${pkg.name} ${pkg.version}`;

/** Unique as well. Version and content are in it, so a receipt on a Mac tells one version from another. */
export function fileName(pkg: Package): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-|-$/g, '');
  return `${PREFIX}-${plain(pkg.name)}-${plain(pkg.version)}-${pkg.artifact.sha256.slice(0, 12)}${extensionOf(pkg)}`;
}

/** What the installer of macOS and Jamf's own agent can open. */
const EXTENSIONS = /\.(pkg|mpkg|dmg)$/i;

function extensionOf({ artifact, ...pkg }: Package): string {
  const found = EXTENSIONS.exec(artifact.fileName);
  if (found) return found[0].toLowerCase();
  throw new EucoraError('INPUT_INVALID', {
    what: `${packageKey(pkg)}: Jamf Pro cannot install ${artifact.fileName} on a Mac`,
    remedy: 'Give the package an artifact of the kind .pkg or .dmg.',
  });
}

/** @throws EucoraError `PLATFORM_MISMATCH`, `INPUT_INVALID` */
export function checkPackage(pkg: Package): void {
  if (pkg.platform !== 'macos') {
    throw new EucoraError('PLATFORM_MISMATCH', {
      what: `${packageKey(pkg)} is for ${pkg.platform}; Jamf Pro brings packages to Macs`,
    });
  }
  extensionOf(pkg);
  if (/file:\/\//i.test(pkg.uninstallCommand)) {
    throw new EucoraError('INPUT_INVALID', {
      what: `${packageKey(pkg)}: the edge of Jamf Cloud refuses a policy with file:// in its command`,
      remedy: 'Write the uninstall command with a plain path.',
    });
  }
}

/** @param sha3 SHA3-512 of the artifact, in hex */
export function toPackage(order: Order, sha3: string): NewPackage {
  const pkg = order.package;
  return {
    packageName: packageName(pkg),
    fileName: fileName(pkg),
    categoryId: '-1',
    info: pkg.description ?? `${pkg.name} ${pkg.version} of ${pkg.publisher}`,
    notes: packageNotes(order, sha3),
    priority: 10,
    fillUserTemplate: false,
    rebootRequired: false,
    osInstall: false,
    suppressUpdates: false,
    suppressFromDock: false,
    suppressEula: false,
    suppressRegistration: false,
  };
}

/** `EUCORA/Example Tool/lab`, `EUCORA/Example Tool/lab/uninstall`. */
export const policyName = (app: string, ring: RingName, kind: PolicyKind): string =>
  `${PREFIX}/${app}/${ring}${kind === 'uninstall' ? '/uninstall' : ''}`;

const POLICY = new RegExp(`^${PREFIX}/(.+)/(${RINGS.join('|')})(/uninstall)?$`);

export interface PolicyPlace {
  readonly app: string;
  readonly ring: RingName;
  readonly kind: PolicyKind;
}

/** What a policy's name says, or nothing where it is none of our names. */
export function readPolicyName(name: string): PolicyPlace | undefined {
  const found = POLICY.exec(name);
  if (!found) return undefined;
  return { app: found[1]!, ring: found[2] as RingName, kind: found[3] ? 'uninstall' : 'install' };
}

/** Names of computer groups, sorted, each once. */
export interface WantedScope {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** @throws EucoraError `INPUT_INVALID` for a group that is both included and excluded */
export function toScope({ scope }: Order): WantedScope {
  const include = [...new Set(scope.include)].sort();
  const exclude = [...new Set(scope.exclude ?? [])].sort();
  const both = include.filter((group) => exclude.includes(group));
  if (both.length > 0) {
    throw new EucoraError('INPUT_INVALID', {
      what: `the scope includes and excludes the same computer group: ${both.join(', ')}`,
      remedy: 'It would reach nobody of that group. Take it out of one of the two lists.',
    });
  }
  return { include, exclude };
}

/** A query for Jamf's RSQL that finds what we look for and perhaps more: the caller compares again. */
export const looksLike = (...texts: readonly string[]): string =>
  `"${texts.map((text) => (text === '*' ? text : text.replace(/[^\p{L}\p{N} .@/-]/gu, '*'))).join('')}"`;

/** Jamf writes `Mac`. */
export const toPlatform = (platform: string | null | undefined): string =>
  /^mac/i.test(platform ?? '') ? 'macos' : (platform ?? 'unknown').toLowerCase();
