import type { DeviceState, DeviceStatus, Purpose } from '@eucora/sdk';
import type { Activity, Computer, PackageProfile } from './wire.js';

/** One machine, as far as a look at a ring needs it. */
export interface Machine {
  readonly id: number;
  readonly lastSeen?: string;
}

export interface Evidence {
  readonly purpose: Purpose;
  /** Debian version, and what the hub calls it. */
  readonly wanted: { readonly deb: string; readonly version: string };
  /** By computer id, as the machines reported. */
  readonly installed: ReadonlyMap<number, string>;
  /** The latest of each machine. */
  readonly activities: ReadonlyMap<number, Latest>;
  /** The ring's profile. Absent: nothing asks the machines to do anything. */
  readonly profile?: PackageProfile;
  readonly now: Date;
  readonly stuckAfterMs: number;
}

const HOUR = 3_600_000;
/** Clients ping every 30 seconds: a machine of the same name that fell silent this long before another is its former self. */
const FORMER_SELF_MS = HOUR;

/**
 * What has become of the package on a machine. Reported packages decide; they are late, so what the profile made the machine do tells why it is not
 * so yet. `errorCode` is the client's result code (100 error, 101 dependency error, 102 client too old), or `unapproved`, `canceled`, `stuck`.
 */
export function stateOf({ id, lastSeen }: Machine, evidence: Evidence): DeviceState {
  const installed = evidence.installed.get(id);
  const version = installed === evidence.wanted.deb ? evidence.wanted.version : installed;
  const { status, errorCode } = reached(installed, evidence) ?? underWay(id, evidence);
  return {
    deviceId: String(id),
    status,
    ...(version !== undefined && { version }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(errorCode !== undefined && { errorCode }),
  };
}

interface Found {
  readonly status: DeviceStatus;
  readonly errorCode?: string;
}

/** Nothing where it is not so yet, and something is to be done about it. */
export function reached(
  installed: string | undefined,
  { purpose, wanted, profile }: Pick<Evidence, 'purpose' | 'wanted' | 'profile'>,
): Found | undefined {
  if (purpose === 'uninstall') return installed === undefined ? { status: 'absent' } : undefined;
  if (installed === wanted.deb) return { status: 'installed' };
  return profile ? undefined : { status: 'absent' };
}

function underWay(id: number, { activities, profile, now, stuckAfterMs }: Evidence): Found {
  const activity = activities.get(id);
  const since = Date.parse(activity?.creation_time ?? profile?.modification_time ?? '');
  const waitedTooLong = now.getTime() - since > stuckAfterMs;
  switch (activity?.activity_status) {
    case 'failed':
      return { status: 'failed', errorCode: String(activity.result_code ?? 'failed') };
    case 'canceled':
      return { status: 'failed', errorCode: 'canceled' };
    case 'unapproved':
      return { status: 'pending', errorCode: 'unapproved' };
    case 'succeeded':
      return { status: 'pending' };
    default:
      return waitedTooLong ? { status: 'unknown', errorCode: 'stuck' } : { status: 'pending' };
  }
}

/** What is kept of an activity: one for each of 100,000 machines. */
export type Latest = Pick<Activity, 'id' | 'activity_status' | 'creation_time' | 'result_code'>;

/** The latest activity of each machine that is about the package. @param known of the pages before; it is filled */
export function latestOf(
  rows: readonly Activity[],
  deb: string,
  title: string,
  known = new Map<number, Latest>(),
): Map<number, Latest> {
  for (const { id, computer_id: machine, changes, summary, activity_status, creation_time, result_code } of rows) {
    const about = changes?.length ? changes.some((one) => one.package === deb) : summary?.includes(title);
    const before = known.get(machine!);
    if (!about || (before && before.creation_time > creation_time)) continue;
    known.set(machine!, { id, activity_status, creation_time, ...(result_code !== undefined && { result_code }) });
  }
  return known;
}

/**
 * A client that registers again gets a second id (Canonical's guide "remove duplicate instances"): of machines with one host name, those that fell
 * silent before the latest are left out. Two that both report are two.
 */
export function withoutFormerSelves<T extends Pick<Computer, 'id' | 'hostname' | 'last_ping_time'>>(
  rows: readonly T[],
): readonly T[] {
  const pingOf = ({ last_ping_time: at }: T) => (at ? Date.parse(at) : 0);
  const latest = new Map<string, number>();
  for (const row of rows) {
    if (row.hostname) latest.set(row.hostname, Math.max(latest.get(row.hostname) ?? 0, pingOf(row)));
  }
  return rows.filter((row) => !row.hostname || latest.get(row.hostname)! - pingOf(row) <= FORMER_SELF_MS);
}
