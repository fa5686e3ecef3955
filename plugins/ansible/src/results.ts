import type { Context, DeviceState, Order } from '@eucora/sdk';
import type { Awx } from './awx.js';
import { readJob, summariesOf } from './awx-jobs.js';
import type { AnsibleConfig } from './config.js';
import { recordsOf } from './held-records.js';
import { isActive, isOverdue, resultsOf } from './job-outcome.js';
import { toTargets } from './mapping.js';
import { recordOf } from './observe.js';
import type { AssignmentRecord } from './records.js';
import { membersOf, targetGroups } from './scope.js';
import type { HostRow, HostSummary, JobRow } from './wire.js';

/** What the newest job that says anything of a host says. */
export interface HostResult {
  readonly ok: boolean;
  /** Why not: `failed`, `unreachable`, `incomplete`, or the package manager's return code `rc=100`. */
  readonly errorCode?: string;
  /** Read back from the host after the work, where the playbook could. */
  readonly version?: string;
  /** ISO 8601. */
  readonly at?: string;
}

export interface Results {
  readonly results: ReadonlyMap<string, HostResult>;
  /** The newest job has not said its last word; `overdue` if it should have. */
  readonly standing: 'to_come' | 'overdue' | 'final';
}

const PAGE = 1_000;

/** The jobs of the record's present generation, newest first; the first that speaks of a host counts. */
export async function resultsByHost(
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
  record: AssignmentRecord,
  hosts: ReadonlySet<string>,
  onJob: (job: JobRow) => Promise<void> = async () => {},
): Promise<Results> {
  const results = new Map<string, HostResult>();
  const mine = record.launches.filter(({ generation }) => generation === record.generation).reverse();
  let standing: Results['standing'] = 'final';

  for (const [turn, { job: id }] of mine.entries()) {
    const job = await readJob(awx, ctx, id);
    if (!job) continue;
    await onJob(job);
    const now = ctx.now().getTime();
    const trust = resultsOf(job, config, now);
    if (trust === 'to_come') {
      if (turn === 0) standing = isOverdue(job, config, now) ? 'overdue' : 'to_come';
      continue;
    }
    const told = toldBy(job);
    for await (const rows of summariesOf(awx, ctx, id)) {
      for (const row of rows) {
        if (hosts.has(row.host_name) && !results.has(row.host_name)) {
          results.set(row.host_name, toResult(row, job, told.get(row.host_name), trust === 'complete'));
        }
      }
    }
  }
  return { results, standing };
}

/** Hosts whose job ended before its events were stored count as not known, never as done. */
function toResult(row: HostSummary, job: JobRow, told: Told | undefined, complete: boolean): HostResult {
  const at = job.finished ? { at: new Date(job.finished).toISOString() } : {};
  if (row.dark > 0) return { ok: false, errorCode: 'unreachable' };
  if (row.failures > 0 || row.failed) return { ok: false, errorCode: told?.rc ? `rc=${told.rc}` : 'failed', ...at };
  if (!complete || isActive(job)) return { ok: false, errorCode: 'incomplete', ...at };
  return { ok: true, ...(told?.version && { version: told.version }), ...at };
}

interface Told {
  readonly version?: string;
  /** Absent for 0. */
  readonly rc?: number;
}

/** What the playbook left in the job's artifacts, one key a host. Jinja makes text of numbers, so they are made numbers again. */
function toldBy({ artifacts }: JobRow): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const value of Object.values(artifacts ?? {})) {
    const { host, version, rc } = (value ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof host !== 'string') continue;
    const code = Number(rc ?? 0);
    told.set(host, {
      ...(typeof version === 'string' && version !== '' && { version }),
      ...(Number.isInteger(code) && code !== 0 && { rc: code }),
    });
  }
  return told;
}

/** One state for each host of the scope. A host that no result speaks of is pending while there is a job, and unknown after it. */
export async function* deviceStates(
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
  order: Order,
  onJob: (job: JobRow) => Promise<void>,
): AsyncIterable<readonly DeviceState[]> {
  const targets = toTargets(order);
  const groups = await targetGroups(
    awx,
    ctx,
    config,
    targets.map(({ target }) => target),
  );
  const idsOf = (mode: 'include' | 'exclude') =>
    targets.filter((one) => one.mode === mode).map(({ target }) => groups.get(target)!);
  const hosts = await membersOf(awx, ctx, { include: idsOf('include'), exclude: idsOf('exclude') });
  const records = await recordsOf(awx, ctx, config, order.package);
  const states = new Map<string, DeviceState>();

  for (const wanted of targets.filter(({ mode }) => mode === 'include')) {
    const record = recordOf(records, wanted);
    if (!record || record.version !== order.package.version || record.purpose !== order.purpose) continue;
    const members =
      targets.length === 1
        ? hosts
        : await membersOf(awx, ctx, { include: [groups.get(wanted.target)!], exclude: idsOf('exclude') });
    const found = await resultsByHost(awx, ctx, config, record, new Set(members.keys()), onJob);
    const launched = record.launches.some(({ generation }) => generation === record.generation);
    for (const host of members.values()) {
      const state = toState(host, found, order, launched);
      if (isBetter(state, states.get(host.name))) states.set(host.name, state);
    }
  }
  let page: DeviceState[] = [];
  for (const name of hosts.keys()) {
    page.push(states.get(name) ?? { deviceId: name, status: 'unknown' });
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function toState(
  { name: deviceId, enabled }: HostRow,
  found: Results,
  { purpose, package: pkg }: Order,
  launched: boolean,
): DeviceState {
  const result = found.results.get(deviceId);
  if (result?.ok) {
    const seen = result.at ? { lastSeen: result.at } : {};
    if (purpose === 'uninstall') return { deviceId, status: 'absent', ...seen };
    return { deviceId, status: 'installed', version: result.version ?? pkg.version, ...seen };
  }
  if (!enabled) return { deviceId, status: 'unknown', errorCode: 'host_disabled' };
  if (found.standing === 'to_come') return { deviceId, status: 'pending' };
  if (found.standing === 'overdue') return { deviceId, status: 'unknown', errorCode: 'job_overdue' };
  if (!result)
    return launched ? { deviceId, status: 'unknown', errorCode: 'no_result' } : { deviceId, status: 'unknown' };
  const { errorCode, at } = result;
  const known = errorCode !== 'unreachable' && errorCode !== 'incomplete';
  return {
    deviceId,
    status: known ? 'failed' : 'unknown',
    ...(errorCode && { errorCode }),
    ...(at && { lastSeen: at }),
  };
}

/** Of a host that is in two groups of the scope, the group on which it came through counts. */
const GOOD: readonly DeviceState['status'][] = ['installed', 'absent'];
const isBetter = (state: DeviceState, known: DeviceState | undefined) =>
  !known || (GOOD.includes(state.status) && !GOOD.includes(known.status));
