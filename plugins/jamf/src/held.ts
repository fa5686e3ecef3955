import {
  EucoraError,
  packageKey,
  readMark,
  RINGS,
  type Context,
  type HeldAssignment,
  type HeldPackage,
  type Order,
  type PlaneState,
  type Refs,
} from '@eucora/sdk';
import type { Jamf } from './jamf.js';
import { findPackages, readPackage } from './jamf-packages.js';
import { policyIds, readPolicyById } from './jamf-policies.js';
import { kindOf, packageName, policyName, type PolicyPlace } from './mapping.js';
import { readPackageMark, readPolicyMark, type PackageMark, type PolicyMark } from './marks.js';
import { purposeOf, type ShownPolicy } from './policy.js';
import type { JamfPackage } from './wire.js';

/** One package object of ours. `ready`: processed, and the digest that Jamf worked out is that of the artifact. */
export interface HeldVersion extends HeldPackage {
  readonly key: string;
  readonly packageName: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly sha3: string;
  /** Something was uploaded that Jamf may still be processing. */
  readonly uploaded: boolean;
}

/** One policy of ours: it has our name and carries our mark. */
export interface HeldPolicy extends PolicyPlace, ShownPolicy {
  readonly id: string;
  readonly marked: PolicyMark;
}

export interface JamfState extends PlaneState {
  readonly packages: readonly HeldVersion[];
  /** Of every ring, the smallest first; left out where there is none. */
  readonly policies?: readonly HeldPolicy[];
}

/**
 * What Jamf holds of an application. Packages are found by name and by notes, and by the id in the journal; policies by their names.
 * Both are then known by our mark.
 *
 * @throws EucoraError `PLANE_CONFLICT` where something of a person's stands under a name that the order needs
 */
export async function observeApp(jamf: Jamf, ctx: Context, order: Order, refs: Refs): Promise<JamfState> {
  const packages = await heldVersions(jamf, ctx, order, refs);
  const policies = await heldPolicies(jamf, ctx, order);
  return {
    packages,
    assignments: policies.flatMap((policy) => assignmentsOf(policy, packages)),
    ...(policies.length > 0 && { policies }),
  };
}

async function heldVersions(jamf: Jamf, ctx: Context, order: Order, refs: Refs): Promise<readonly HeldVersion[]> {
  const wanted = packageKey(order.package);
  const found = new Map((await findPackages(jamf, ctx, order.package.name)).map((one) => [one.id, one]));
  if (refs.package_id !== undefined && !found.has(refs.package_id)) {
    const remembered = await readPackage(jamf, ctx, refs.package_id);
    if (remembered) found.set(remembered.id, remembered);
  }
  const ours = [...found.values()].flatMap((one) => {
    const mark = readPackageMark(one.notes);
    if (mark?.name !== order.package.name || mark.platform !== order.package.platform) return [];
    return [toHeldVersion(one, mark, refs)];
  });
  if (kindOf(order.purpose) === 'install') refuseForeign([...found.values()], order);
  return [...new Set(ours.map(({ key }) => key))].map((key) =>
    theOne(
      ours.filter((one) => one.key === key),
      order,
      key === wanted,
    ),
  );
}

export function toHeldVersion(one: JamfPackage, mark: PackageMark, refs: Refs = {}): HeldVersion {
  const { sha256 = '', 'sha3-512': sha3 = '' } = mark.facts;
  const processed = one.cloudTransferStatus === 'READY' && Boolean(one.hashValue);
  const right = one.hashType === 'SHA3_512' && one.hashValue?.toLowerCase() === sha3;
  const made = readMark(one.notes);
  return {
    key: mark.key,
    version: mark.version,
    ref: one.id,
    ready: processed && right,
    uploaded: processed ? right : Boolean(one.size) || (refs.package_id === one.id && refs.uploaded === sha256),
    packageName: one.packageName,
    fileName: one.fileName,
    sha256,
    sha3,
    ...(made && { mark: made }),
  };
}

/** Several objects may carry one mark, where a person copied the notes: ours is the one under our name. */
function theOne(candidates: readonly HeldVersion[], { package: pkg }: Order, wanted: boolean): HeldVersion {
  const [first, ...more] = candidates;
  const named = candidates.find((one) => one.packageName === packageName({ name: pkg.name, version: one.version }));
  if (wanted && named === undefined && more.length > 0) {
    throw new EucoraError('PLANE_CONFLICT', {
      what: `Jamf Pro has ${candidates.length} packages with the mark of ${packageKey(pkg)}: ${candidates.map(({ ref, packageName: name }) => `${name} (${ref})`).join(', ')}`,
      remedy: 'Decide which of them stays, and take the [eucora package=…] line out of the notes of the others.',
      details: { package: packageKey(pkg), package_ids: candidates.map(({ ref }) => ref) },
    });
  }
  return named ?? first!;
}

function refuseForeign(found: readonly JamfPackage[], { package: pkg }: Order): void {
  const name = packageName(pkg);
  const taken = found.find((one) => one.packageName.toLowerCase() === name.toLowerCase());
  if (!taken) return;
  const mark = readPackageMark(taken.notes);
  if (mark?.key !== packageKey(pkg)) throw nameTaken('package', taken.id, taken.packageName);
  if (mark.facts.sha256 === pkg.artifact.sha256) return;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `the package "${name}" in Jamf Pro (id ${taken.id}) was made from another artifact than ${packageKey(pkg)}`,
    remedy: 'Packages never change: give the new content a new version, or delete that package in Jamf Pro.',
    details: { package: packageKey(pkg), package_id: taken.id, sha256: mark.facts.sha256 },
  });
}

export const nameTaken = (what: 'package' | 'policy', id: string, name: string) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `Jamf Pro has a ${what} "${name}" (id ${id}) that does not carry our mark`,
    remedy: `Rename or delete that ${what} in Jamf Pro, then publish again; the hub does not touch what a person made.`,
    details: { object: what, id, name },
  });

async function heldPolicies(jamf: Jamf, ctx: Context, order: Order): Promise<readonly HeldPolicy[]> {
  const app = order.package.name;
  const own = policyName(app, order.ring, kindOf(order.purpose));
  const ids = await policyIds(jamf, ctx);
  const held: HeldPolicy[] = [];
  for (const place of placesOf(app)) {
    const name = policyName(app, place.ring, place.kind);
    const id = ids.get(name);
    if (id === undefined) continue;
    const policy = await heldPolicy(jamf, ctx, id, place);
    if (policy) held.push(policy);
    else if (policy === null && name === own) throw nameTaken('policy', id, name);
  }
  return held;
}

/** Null where a person made it, nothing where it is gone. */
export async function heldPolicy(
  jamf: Jamf,
  ctx: Context,
  id: string,
  place: PolicyPlace,
): Promise<HeldPolicy | null | undefined> {
  const shown = await readPolicyById(jamf, ctx, id);
  if (!shown) return undefined;
  const marked = readPolicyMark(shown.description);
  return marked ? { ...place, ...shown, id, marked } : null;
}

const placesOf = (app: string): readonly PolicyPlace[] =>
  RINGS.flatMap((ring) => (['install', 'uninstall'] as const).map((kind) => ({ app, ring, kind })));

/** One for each target and package. A policy that is switched off, or does nothing, aims at nobody. */
export function assignmentsOf(policy: HeldPolicy, packages: readonly HeldVersion[]): readonly HeldAssignment[] {
  const purpose = purposeOf(policy, policy.kind);
  if (!policy.enabled || !purpose) return [];
  const aim = (mode: HeldAssignment['mode'], version: string) => (target: string) => ({
    version,
    target,
    mode,
    purpose,
    ref: policy.id,
  });
  return versionsOf(policy, packages).flatMap((version) => [
    ...[...policy.include.map(({ name }) => name), ...policy.alsoAimsAt].map(aim('include', version)),
    ...policy.exclude.map(({ name }) => name).map(aim('exclude', version)),
  ]);
}

/** By the packages that it really names; one that is not ours goes by its own name. */
export function versionsOf(policy: HeldPolicy, packages: readonly HeldVersion[]): readonly string[] {
  if (policy.kind === 'uninstall') {
    return policy.command === '' ? [] : [readPackageMark(policy.description)!.version];
  }
  return policy.packages.map(({ id, name }) => packages.find(({ ref }) => ref === id)?.version ?? name);
}
