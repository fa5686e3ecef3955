import type { Context, DeviceState, Order } from '@eucora/sdk';
import type { FinishedRuns } from './finished-runs.js';
import type { HeldPolicy, HeldVersion, JamfState } from './held.js';
import type { Jamf } from './jamf.js';
import { inventoryOf, membersOf, policyLogs } from './jamf-computers.js';
import { kindOf, policyName } from './mapping.js';
import { policyOf } from './operations.js';
import { sideBySide } from './side-by-side.js';
import type { InventoryRow, PolicyLogRow } from './wire.js';

/** Milliseconds that the clocks of hub and Jamf may differ. The log was flushed when the policy was let loose, so little hangs on it. */
const SKEW_MS = 600_000;

interface Run {
  readonly failed: boolean;
  /** Milliseconds since 1970; 0 where Jamf does not say. */
  readonly at: number;
}

/**
 * One state for each computer of the scope. What became of a policy only the log of each computer tells (facts file, 2.7), so logs
 * are asked for where they can say something: of computers that were heard of since the policy was let loose. The others are told by
 * the inventory, two hundred at a time.
 */
export async function* deviceStates(
  jamf: Jamf,
  ctx: Context,
  order: Order,
  have: JamfState,
  finished: FinishedRuns,
): AsyncIterable<readonly DeviceState[]> {
  const members = [...(await membersOf(jamf, ctx, order.scope))];
  const policy = policyOf(have, policyName(order.package.name, order.ring, kindOf(order.purpose)));
  const current = policy && pointsAt(policy, order, have.packages) ? policy : undefined;
  for await (const { asked, rows } of inventoryOf(jamf, ctx, members, ['GENERAL', 'PACKAGE_RECEIPTS'])) {
    yield await sideBySide(asked, async (id) => {
      const row = rows.get(id);
      const run = row && current && (await runOf(jamf, ctx, row, current, finished));
      return stateOf(order, { id, row, run }, current, have.packages);
    });
  }
}

/** While it points elsewhere, or its log has yet to be flushed, the log tells of another version. */
const pointsAt = (policy: HeldPolicy, order: Order, packages: readonly HeldVersion[]): boolean =>
  (policy.enabled || !policy.marked.flushDue) && does(policy, order, packages);

const does = (policy: HeldPolicy, order: Order, packages: readonly HeldVersion[]): boolean =>
  policy.kind === 'uninstall'
    ? policy.command !== ''
    : policy.packages.some(({ id }) => packages.find(({ ref }) => ref === id)?.version === order.package.version);

interface Computer {
  readonly id: string;
  readonly row: InventoryRow | undefined;
  readonly run: Run | undefined;
}

async function runOf(
  jamf: Jamf,
  ctx: Context,
  row: InventoryRow,
  policy: HeldPolicy,
  finished: FinishedRuns,
): Promise<Run | undefined> {
  const since = momentOf(policy.marked.since) - SKEW_MS;
  const seen = lastSeen(row);
  if (seen === 0 || seen < since) return undefined;
  if (finished.has(policy, row.id)) return { failed: false, at: seen };
  const run = lastRun(await policyLogs(jamf, ctx, row.id), policy.id, since);
  if (run && !run.failed) finished.add(policy, row.id);
  return run;
}

function stateOf(
  order: Order,
  { id, row, run }: Computer,
  policy: HeldPolicy | undefined,
  packages: readonly HeldVersion[],
): DeviceState {
  if (!row) return { deviceId: id, status: 'unknown' };
  const seen = lastSeen(row);
  const told: Omit<DeviceState, 'deviceId'> = run
    ? outcomeOf(run, order)
    : { status: policy ? waiting(order, row, packages) : 'unknown' };
  return { deviceId: id, ...told, ...(seen > 0 && { lastSeen: new Date(seen).toISOString() }) };
}

const outcomeOf = ({ failed }: Run, order: Order): Omit<DeviceState, 'deviceId'> => {
  if (failed) return { status: 'failed', errorCode: 'Failed' };
  return order.purpose === 'uninstall' ? { status: 'absent' } : { status: 'installed', version: order.package.version };
};

/** Before the policy ran: what was never there is gone already, and what is only on offer is not on its way. */
function waiting(order: Order, row: InventoryRow, packages: readonly HeldVersion[]): DeviceState['status'] {
  if (order.purpose === 'required') return 'pending';
  if (order.purpose === 'available') return 'absent';
  const receipts = new Set(row.packageReceipts?.installedByJamfPro ?? []);
  return packages.some(({ fileName }) => receipts.has(fileName)) ? 'pending' : 'absent';
}

/** The latest run of the policy since it was let loose. Older entries are of what it did before. */
export function lastRun(logs: readonly PolicyLogRow[], policyId: string, since: number): Run | undefined {
  return logs
    .filter((log) => String(log.policy_id) === policyId)
    .map((log) => ({ failed: log.status !== 'Completed', at: timeOf(log) }))
    .filter(({ at }) => at === 0 || at >= since)
    .sort((a, b) => b.at - a.at)[0];
}

/** Epochs first: they need no time zone. */
function timeOf(log: PolicyLogRow): number {
  const epoch = Number(log.date_completed_epoch ?? log.date_time_epoch ?? 0);
  return epoch > 0 ? epoch : momentOf(log.date_completed_utc ?? log.date_time_utc);
}

const lastSeen = ({ general = {} }: InventoryRow): number =>
  Math.max(momentOf(general.lastCheckIn), momentOf(general.lastContact), momentOf(general.lastContactTime));

const momentOf = (text: string | null | undefined): number => {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? 0 : at;
};
