import { markOf, operation, packageKey, type Mark, type Operation, type Order, type Purpose } from '@eucora/sdk';
import { versionsOf, type HeldPolicy, type HeldVersion, type JamfState } from './held.js';
import {
  checkPackage,
  kindOf,
  packageName,
  policyName,
  toScope,
  type PolicyKind,
  type WantedScope,
} from './mapping.js';
import { sameOrder } from './marks.js';
import { hasContent, purposeOf, type PolicyContent } from './policy.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly version: string;
  /** Of the package object. */
  readonly packageName: string;
  readonly sha256: string;
  /** Of the policy. */
  readonly policyName: string;
  readonly kind: PolicyKind;
  readonly purpose: Purpose;
  readonly command?: string;
  readonly retryAttempts: number;
  readonly scope: WantedScope;
  readonly mark: Mark;
}

/** How a policy is written: `create` and `stage` leave it switched off, `rescope` leaves the switch alone. */
export type SaveManner = 'create' | 'stage' | 'rescope';

/** @throws EucoraError `PLATFORM_MISMATCH`, `INPUT_INVALID` */
export const desired =
  (retryAttempts: number) =>
  (order: Order): Desired => {
    const { package: pkg, purpose, ring } = order;
    checkPackage(pkg);
    const kind = kindOf(purpose);
    return {
      key: packageKey(pkg),
      version: pkg.version,
      packageName: packageName(pkg),
      sha256: pkg.artifact.sha256,
      policyName: policyName(pkg.name, ring, kind),
      kind,
      purpose,
      ...(kind === 'uninstall' && { command: pkg.uninstallCommand }),
      retryAttempts,
      scope: toScope(order),
      mark: markOf(order),
    };
  };

export const versionOf = (have: JamfState, key: string): HeldVersion | undefined =>
  have.packages.find((one) => one.key === key);

export const policyOf = (have: JamfState, name: string): HeldPolicy | undefined =>
  have.policies?.find((one) => one.name === name);

/** @param held the package object, which an install needs */
export const contentOf = (want: Desired, held: HeldVersion | undefined): PolicyContent => ({
  purpose: want.purpose,
  ...(want.kind === 'install' && { packageId: held?.ref ?? '' }),
  ...(want.command !== undefined && { command: want.command }),
  retryAttempts: want.retryAttempts,
});

/** The operations left to do, in order. Pure; no ids of Jamf's in them, so that a plan is the same before and after. */
export const diff =
  (plane: string) =>
  (want: Desired, have: JamfState): readonly Operation[] => [
    ...(want.kind === 'install' ? publishing(plane, want, versionOf(have, want.key)) : []),
    ...releasing(plane, want, have),
    ...aiming(plane, want, have),
  ];

function publishing(plane: string, want: Desired, held: HeldVersion | undefined): readonly Operation[] {
  const step = (kind: string, summary: string, write: string) =>
    operation(plane, 'publish', kind, summary, { package: want.key, sha256: want.sha256 }, [write]);
  return [
    ...(held ? [] : [step('create_package', `create package "${want.packageName}"`, 'POST /api/v1/packages')]),
    ...(held?.uploaded
      ? []
      : [step('upload_package', `upload the file of ${want.key}`, 'POST /api/v1/packages/{}/upload')]),
    ...(held?.ready
      ? []
      : [
          step(
            'confirm_package',
            `wait until Jamf Pro has the file of ${want.key}`,
            'POST /api/v1/cloud-distribution-point/refresh-inventory',
          ),
        ]),
  ];
}

/** Groups of the order that another policy of the application aims at with other means: two policies would undo each other for ever. */
function releasing(plane: string, want: Desired, have: JamfState): readonly Operation[] {
  return (have.policies ?? [])
    .filter((policy) => policy.name !== want.policyName && !agrees(policy, want, have))
    .map((policy) => ({ policy, groups: want.scope.include.filter((group) => aimsAt(policy, group)) }))
    .filter(({ groups }) => groups.length > 0)
    .map(({ policy, groups }) =>
      operation(
        plane,
        'assign',
        'release_groups',
        `take ${groups.join(', ')} off policy "${policy.name}"`,
        { policy: policy.name, groups, for: want.key },
        ['PUT /JSSResource/policies/id/{}'],
      ),
    );
}

const agrees = (policy: HeldPolicy, want: Desired, have: JamfState): boolean =>
  purposeOf(policy, policy.kind) === want.purpose &&
  versionsOf(policy, have.packages).every((version) => version === want.version);

const aimsAt = (policy: HeldPolicy, group: string): boolean => policy.include.some(({ name }) => name === group);

/**
 * Points the ring's policy at the package. What changes the work itself is written with the policy switched off; then the log is
 * flushed, for a computer that ran the policy would not run it again, and the policy is switched on.
 */
function aiming(plane: string, want: Desired, have: JamfState): readonly Operation[] {
  const policy = policyOf(have, want.policyName);
  const manner = mannerOf(want, policy, have);
  const flush = manner === 'stage' || (policy?.marked.flushDue && !policy.enabled);
  const params = {
    policy: want.policyName,
    package: want.key,
    purpose: want.purpose,
    ...want.scope,
    intent: want.mark.intentId,
  };
  return [
    ...(manner
      ? [
          operation(plane, 'assign', 'save_policy', summaryOf(want, manner), { ...params, manner }, [
            manner === 'create' ? 'POST /JSSResource/policies/id/0' : 'PUT /JSSResource/policies/id/{}',
          ]),
        ]
      : []),
    ...(flush
      ? [
          operation(
            plane,
            'assign',
            'restart_policy',
            `flush the log of policy "${want.policyName}" and switch it on`,
            params,
            ['DELETE /JSSResource/logflush/policy/id/{}/interval/Zero%20Days', 'PUT /JSSResource/policies/id/{}'],
          ),
        ]
      : policy?.enabled
        ? []
        : [
            operation(plane, 'assign', 'enable_policy', `switch policy "${want.policyName}" on`, params, [
              'PUT /JSSResource/policies/id/{}',
            ]),
          ]),
  ];
}

/** Nothing where the policy is as it should be, switch aside. */
function mannerOf(want: Desired, policy: HeldPolicy | undefined, have: JamfState): SaveManner | undefined {
  if (!policy) return 'create';
  if (!hasContent(policy, contentOf(want, versionOf(have, want.key)))) return 'stage';
  // An uninstall has no package to tell its version by; its mark does.
  if (policy.marked.key !== want.key) return 'stage';
  const names = policy.include.map(({ name }) => name);
  const scope = joinedScope(want, policy);
  const sameScope =
    sameNames(names, scope.include) &&
    sameNames(
      policy.exclude.map(({ name }) => name),
      scope.exclude,
    ) &&
    policy.alsoAimsAt.length === 0;
  const comesBack = policy.marked.flushDue && want.scope.include.some((group) => !names.includes(group));
  if (!sameScope && comesBack && policy.enabled) return 'stage';
  return sameScope && sameOrder(policy.marked.mark, want.mark) ? undefined : 'rescope';
}

/**
 * The order's groups, and those of other orders for the same version and ring that share its policy: to take these away is not the order's
 * business. Where the version changes, nothing is shared.
 */
export function joinedScope({ scope }: Desired, policy: HeldPolicy): WantedScope {
  const others = (held: HeldPolicy['include'], own: readonly string[], contrary: readonly string[]) =>
    held.map(({ name }) => name).filter((name) => !own.includes(name) && !contrary.includes(name));
  return {
    include: [...scope.include, ...others(policy.include, scope.include, scope.exclude)],
    exclude: [...scope.exclude, ...others(policy.exclude, scope.exclude, scope.include)],
  };
}

const sameNames = (held: readonly string[], wanted: readonly string[]): boolean =>
  held.length === wanted.length && held.every((name) => wanted.includes(name));

const summaryOf = ({ policyName: name, key, purpose, scope }: Desired, manner: SaveManner): string => {
  const aim = `${scope.include.join(', ')}${scope.exclude.length > 0 ? ` without ${scope.exclude.join(', ')}` : ''}`;
  if (manner === 'create') return `create policy "${name}" for ${key} (${purpose}) on ${aim}`;
  return manner === 'stage'
    ? `point policy "${name}" at ${key} (${purpose}) on ${aim}`
    : `aim policy "${name}" at ${aim}`;
};
