import type { DeviceState, HeldAssignment, InventoryDevice, Scope } from '@eucora/sdk';
import { chance } from './chance.js';
import type { SandboxConfig } from './config.js';

/** A device belongs to one target and to no other. */
export interface Device {
  readonly deviceId: string;
  readonly target: string;
}

/** An assignment with the moment from which devices can see it, in milliseconds since the epoch. */
export interface DatedAssignment extends HeldAssignment {
  readonly since: number;
}

/** Reported for a device on which the installation failed. */
export const INSTALL_FAILED = 'SANDBOX_INSTALL_FAILED';

export const sizeOf = (config: SandboxConfig, target: string): number =>
  Object.hasOwn(config.targets, target) ? config.targets[target]! : config.devicesPerTarget;

export function* devicesOf(config: SandboxConfig, targets: Iterable<string>): Generator<Device> {
  for (const target of targets) {
    for (let n = 1; n <= sizeOf(config, target); n++) {
      yield { deviceId: `${target}-${String(n).padStart(4, '0')}`, target };
    }
  }
}

/** The targets of a scope: each once, without those that it excludes. */
export const targetsOf = ({ include, exclude = [] }: Scope): string[] =>
  [...new Set(include)].filter((target) => !exclude.includes(target));

export const inventoryOf = (config: SandboxConfig, { deviceId }: Device, now: number): InventoryDevice => ({
  deviceId,
  name: deviceId,
  platform: 'sandbox',
  lastSeen: iso(lastCheckIn(config, deviceId, now)),
});

/**
 * Where a device stands with a version, worked out from the time alone: it hears of an assignment at its next check-in, and
 * then it has installed (or removed) the package, or failed to. A device that no assignment of the version reaches is
 * `unknown`.
 *
 * @param now milliseconds since the epoch
 */
export function stateOf(
  config: SandboxConfig,
  device: Device,
  assignments: readonly DatedAssignment[],
  version: string,
  now: number,
): DeviceState {
  const { deviceId, target } = device;
  const seen = { deviceId, lastSeen: iso(lastCheckIn(config, deviceId, now)) };
  const assignment = assignments.find((held) => held.target === target && held.version === version);

  if (!assignment || assignment.mode === 'exclude') return { ...seen, status: 'unknown' };
  if (nextCheckIn(config, deviceId, assignment.since) > now) return { ...seen, status: 'pending' };
  if (chance(config.seed, deviceId, version, 'install') < config.failureRate) {
    return { ...seen, status: 'failed', errorCode: INSTALL_FAILED };
  }
  return assignment.purpose === 'uninstall' ? { ...seen, status: 'absent' } : { ...seen, status: 'installed', version };
}

const period = (config: SandboxConfig) => config.checkInSeconds * 1_000;

const lastCheckIn = (config: SandboxConfig, deviceId: string, now: number): number => {
  const phase = Math.floor(chance(config.seed, deviceId, 'check-in') * period(config));
  return Math.floor((now - phase) / period(config)) * period(config) + phase;
};

/** Strictly after `since`, and at most one period later. */
const nextCheckIn = (config: SandboxConfig, deviceId: string, since: number): number =>
  lastCheckIn(config, deviceId, since) + period(config);

const iso = (ms: number) => new Date(ms).toISOString();
