import type { Platform, Purpose } from '../../vocabulary.js';
import { chanceOf } from '../random.js';
import type { Clock } from '../clock.js';

export interface FleetDevice {
  readonly id: string;
  readonly groups: readonly string[];
  readonly platform: Platform;
}

export interface FleetOptions {
  /** Same seed, same fate of every device. Print it when a test fails. */
  readonly seed: number;
  readonly clock: Clock;
  readonly devices: readonly FleetDevice[];
  /** Milliseconds between two check-ins of one device; each has its own moment in the period. Default 8 hours. */
  readonly checkInMs?: number;
  /** Milliseconds an installation takes on average; a device takes half to one and a half of it. Default 5 minutes. */
  readonly installMs?: number;
  /** 0 to 1: installations that fail. A device that failed stays so until it is assigned anew. Default 0. */
  readonly failureRate?: number;
  /** 0 to 1: devices that never check in. Default 0. */
  readonly offlineRate?: number;
  /** Milliseconds until the plane shows what a device has reported. Default 0. */
  readonly lagMs?: number;
}

/** `absent`: nothing of it and nothing to do. `removed`: taken off by us. */
export type FleetStatus = 'pending' | 'installed' | 'failed' | 'removed' | 'absent';

export interface FleetState {
  readonly deviceId: string;
  readonly platform: Platform;
  readonly status: FleetStatus;
  /** When the plane last heard of it; absent for a device that was never heard of. */
  readonly lastSeen?: string;
  /** With `failed` only. */
  readonly errorCode?: string;
}

export interface Fleet {
  readonly devices: readonly FleetDevice[];
  /** Members of any of the groups, each once. */
  members(groups: readonly string[]): readonly FleetDevice[];
  /** From now on. An exclusion outdoes every inclusion. Assigning again what is assigned gives failed devices another try. */
  assign(target: string, software: string, purpose: Purpose, mode?: 'include' | 'exclude'): void;
  /** Takes nothing off the devices; those that have not begun will not. */
  unassign(target: string, software: string): void;
  /** As the plane shows it now. Computed on the way: nothing is kept per device. */
  states(software: string, groups: readonly string[]): Iterable<FleetState>;
  /** What is really on the device now, lag aside. */
  statusOf(deviceId: string, software: string): FleetStatus;
}

interface Change {
  readonly at: number;
  readonly target: string;
  readonly purpose: Purpose | 'excluded' | undefined;
}

const HOUR = 3_600_000;
/** ERROR_INSTALL_FAILURE of the Windows Installer, as planes report it. */
const FAILED = '0x80070643';

/**
 * Simulated devices. What a device does is a function of the seed, the assignments and the time, worked out when somebody
 * asks: no timers, so 100,000 of them cost nothing until then.
 */
export function createFleet(options: FleetOptions): Fleet {
  const {
    seed,
    clock,
    devices,
    checkInMs = 8 * HOUR,
    installMs = 300_000,
    failureRate = 0,
    offlineRate = 0,
    lagMs = 0,
  } = options;
  const born = clock.now().getTime();
  const byId = new Map(devices.map((device) => [device.id, device]));
  const byGroup = groupsOf(devices);
  const changes = new Map<string, Change[]>();

  const change = (target: string, software: string, purpose: Change['purpose']) => {
    const history = changes.get(software) ?? [];
    history.push({ at: clock.now().getTime(), target, purpose });
    changes.set(software, history);
  };

  const members = (groups: readonly string[]): readonly FleetDevice[] => [
    ...new Set(groups.flatMap((group) => byGroup.get(group) ?? [])),
  ];

  /** The first check-in at or after a moment; never for a device that is offline. */
  const checkInAfter = (id: string, moment: number): number => {
    if (chanceOf(seed, id, 'offline') < offlineRate) return Infinity;
    const phase = born + chanceOf(seed, id, 'phase') * checkInMs;
    return phase + Math.max(0, Math.ceil((moment - phase) / checkInMs)) * checkInMs;
  };

  const lastSeenBy = (id: string, moment: number): string | undefined => {
    const next = checkInAfter(id, moment + 1);
    const last = next - checkInMs;
    return Number.isFinite(next) && last >= born ? new Date(last).toISOString() : undefined;
  };

  /** What has become of the software on the device by a moment. */
  const statusAt = (device: FleetDevice, software: string, moment: number): FleetStatus => {
    let status: FleetStatus = 'absent';
    const wishes = wishesFor(device, changes.get(software) ?? []);
    for (const [turn, { at, purpose }] of wishes.entries()) {
      if (at > moment) break;
      const wanted = wantedNow(purpose, status);
      if (!wanted) {
        if (status === 'pending') status = 'absent';
        continue;
      }
      const until = Math.min(wishes[turn + 1]?.at ?? Infinity, moment);
      const begins = checkInAfter(device.id, at);
      if (begins > until) {
        status = wanted === 'install' ? 'pending' : status;
        continue;
      }
      const ends = begins + installMs * (0.5 + chanceOf(seed, device.id, software, turn, 'duration'));
      if (ends > moment) return wanted === 'install' ? 'pending' : status;
      const fails = chanceOf(seed, device.id, software, turn, 'outcome') < failureRate;
      if (wanted === 'install') status = fails ? 'failed' : 'installed';
      else if (!fails) status = 'removed';
    }
    return status;
  };

  return {
    devices,
    members,
    assign: (target, software, purpose, mode = 'include') =>
      change(target, software, mode === 'exclude' ? 'excluded' : purpose),
    unassign: (target, software) => change(target, software, undefined),
    *states(software, groups) {
      const shown = clock.now().getTime() - lagMs;
      for (const device of members(groups)) {
        const reported = statusAt(device, software, shown);
        const status = reported === 'absent' && isWanted(device, changes.get(software) ?? []) ? 'pending' : reported;
        const lastSeen = lastSeenBy(device.id, shown);
        yield {
          deviceId: device.id,
          platform: device.platform,
          status,
          ...(lastSeen && { lastSeen }),
          ...(status === 'failed' && { errorCode: FAILED }),
        };
      }
    },
    statusOf(deviceId, software) {
      const device = byId.get(deviceId);
      return device ? statusAt(device, software, clock.now().getTime()) : 'absent';
    },
  };
}

/** What there is to do for a wish, given what has become of it so far. */
function wantedNow(purpose: Purpose | undefined, status: FleetStatus): 'install' | 'remove' | undefined {
  if (purpose === 'required' && status !== 'installed') return 'install';
  if (purpose === 'uninstall' && status !== 'removed' && status !== 'absent') return 'remove';
  return undefined;
}

/** Where several groups of a device say something, `required` goes before `uninstall`, and both before `available`. */
const STRONGEST: readonly Purpose[] = ['required', 'uninstall', 'available'];

/** The device's own history: what its groups together want, each time one of them changes. */
function wishesFor(device: FleetDevice, history: readonly Change[]): { at: number; purpose: Purpose | undefined }[] {
  const now = new Map<string, Change['purpose']>();
  const wishes: { at: number; purpose: Purpose | undefined }[] = [];
  for (const { at, target, purpose } of history) {
    if (!device.groups.includes(target)) continue;
    now.set(target, purpose);
    const held = [...now.values()];
    wishes.push({ at, purpose: held.includes('excluded') ? undefined : STRONGEST.find((one) => held.includes(one)) });
  }
  return wishes;
}

const isWanted = (device: FleetDevice, history: readonly Change[]) =>
  wishesFor(device, history).at(-1)?.purpose === 'required';

function groupsOf(devices: readonly FleetDevice[]): ReadonlyMap<string, readonly FleetDevice[]> {
  const groups = new Map<string, FleetDevice[]>();
  for (const device of devices) {
    for (const group of device.groups) {
      const known = groups.get(group);
      if (known) known.push(device);
      else groups.set(group, [device]);
    }
  }
  return groups;
}
