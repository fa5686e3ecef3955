import type { Compliance, HeldAssignment, MarkedAssignment, Order, PlaneState } from '@eucora/sdk';
import { packageKey } from '@eucora/sdk';
import type { DriftType } from './hub.js';

/** SPEC 2.2. */
export const DRIFT_TYPES: Readonly<
  Record<DriftType, { readonly class: 'MISSING' | 'MODIFIED' | 'EXTRA'; readonly severity: 'high' | 'medium' }>
> = {
  missing_assignment: { class: 'MISSING', severity: 'high' },
  version_mismatch: { class: 'MODIFIED', severity: 'medium' },
  scope_mismatch: { class: 'MODIFIED', severity: 'high' },
  compliance_drift: { class: 'MODIFIED', severity: 'medium' },
  extra_assignment: { class: 'EXTRA', severity: 'high' },
};

export interface Finding {
  readonly type: DriftType;
  /** For a person. */
  readonly what: string;
}

const wanted = (order: Order): Pick<HeldAssignment, 'version' | 'target' | 'mode' | 'purpose'>[] => {
  const one = (mode: HeldAssignment['mode']) => (target: string) => ({
    version: order.package.version,
    target,
    mode,
    purpose: order.purpose,
  });
  return [...order.scope.include.map(one('include')), ...(order.scope.exclude ?? []).map(one('exclude'))];
};

/**
 * What is wrong with the assignment of one order. At most one finding: the gravest cause explains the others.
 *
 * - no target of the order is assigned, in any version: `missing_assignment`
 * - targets are held by another version: `version_mismatch`
 * - anything else that differs in targets, mode or purpose: `scope_mismatch`
 */
export function findAssignmentDrift(order: Order, observed: PlaneState): Finding | undefined {
  const want = wanted(order);
  const targets = new Set(want.map(({ target }) => target));
  const held = observed.assignments.filter(({ target }) => targets.has(target));
  const missing = want.filter(
    (w) =>
      !held.some(
        (h) => h.version === w.version && h.target === w.target && h.mode === w.mode && h.purpose === w.purpose,
      ),
  );
  // Another version may keep an exclusion that it shares with this one: that keeps it off devices.
  const others = held.filter(({ version, mode }) => version !== order.package.version && mode === 'include');
  const app = packageKey(order.package);

  if (missing.length === 0 && others.length === 0) return undefined;
  if (held.length === 0) return { type: 'missing_assignment', what: `${app} is not assigned to ${list(targets)}` };
  if (others.length > 0) {
    const versions = new Set(others.map(({ version }) => version));
    return {
      type: 'version_mismatch',
      what: `${app} is wanted on ${list(targets)}; version ${list(versions)} is there`,
    };
  }
  const wrong = new Set(missing.map(({ target, mode, purpose }) => `${target} (${mode}, ${purpose})`));
  return { type: 'scope_mismatch', what: `${app} should be assigned to ${list(wrong)} and is not as it should be` };
}

export function findComplianceDrift(order: Order, compliance: Compliance, threshold: number): Finding | undefined {
  if (compliance.targeted === 0 || compliance.successRate >= threshold) return undefined;
  return {
    type: 'compliance_drift',
    what: `${packageKey(order.package)}: ${compliance.installed} of ${compliance.targeted} devices are as wanted, ${threshold} % are asked for`,
  };
}

/** What carries our mark and no intent wants. @param orders everything that is wanted on this plane now */
export const findExtra = (orders: readonly Order[], assignments: readonly MarkedAssignment[]): MarkedAssignment[] =>
  assignments.filter(
    (held) =>
      !orders.some(
        (order) =>
          order.package.name === held.packageName &&
          wanted(order).some((w) => w.target === held.target && w.version === held.version && w.mode === held.mode),
      ),
  );

const list = (names: ReadonlySet<string>): string => [...names].sort().join(', ');
