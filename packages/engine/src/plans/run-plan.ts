import {
  canPlan,
  packageKey,
  type Context,
  type ExecutionPlane,
  type Intent,
  type IntentRing,
  type Operation,
  type Order,
  type PlaneOperations,
} from '@eucora/sdk';
import type { RunRow } from '../orders.js';
import { toStored } from '../wire-names.js';

/** What a run will do and how it is taken back: what approvers say yes to, and part of the evidence pack. */
export interface RunPlan {
  readonly schema: 'eucora.plan/1';
  readonly plane: string;
  readonly ring: string;
  readonly packageKey: string;
  readonly purpose: string;
  readonly scope: Order['scope'];
  readonly limits: Pick<IntentRing, 'sizeLimit' | 'successThreshold' | 'timeToComplianceHours'>;
  /** In order. Absent where the plane cannot plan. */
  readonly operations?: readonly Operation[];
  readonly rollback: {
    /** Without anybody being asked, when the ring misses its threshold or its time. */
    readonly automatic: boolean;
    /** The package that comes back; absent: what was put there is taken off. */
    readonly to?: string;
  };
}

/** @param fixed the operations of a signed plan, which are not thought up again */
export async function runPlanOf(
  plane: ExecutionPlane,
  ctx: Context,
  { intent, order, previous }: { readonly intent: Intent; readonly order: Order; readonly previous?: RunRow },
  fixed?: PlaneOperations,
): Promise<RunPlan> {
  const { sizeLimit, successThreshold, timeToComplianceHours } = intent.rings.find(({ ring }) => ring === order.ring)!;
  const operations =
    fixed?.operations.map(({ precondition, cost, ...operation }) => operation) ??
    (canPlan(plane) ? await plane.plan({ ...ctx, readOnly: true }, { order }) : undefined);
  return {
    schema: 'eucora.plan/1',
    plane: order.plane,
    ring: order.ring,
    packageKey: packageKey(order.package),
    purpose: order.purpose,
    scope: order.scope,
    limits: { sizeLimit, successThreshold, timeToComplianceHours },
    ...(operations && { operations }),
    rollback: { automatic: intent.onFailure === 'rollback', ...(previous && { to: previous.packageKey }) },
  };
}

export const storedPlan = (plan: RunPlan): object => toStored(plan);
