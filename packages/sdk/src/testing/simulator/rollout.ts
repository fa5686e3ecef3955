import { DEFAULT_RINGS, RINGS, type RingName } from '../../rings.js';
import type { FleetDevice } from './fleet.js';

/** Devices, and the target of each ring that has some. */
export interface Rollout {
  readonly devices: readonly FleetDevice[];
  readonly groups: Readonly<Partial<Record<RingName, string>>>;
}

/**
 * So many devices, dealt out to one target a ring: the first ten to lab, the next hundred to canary, and so on.
 *
 * @param as.target the plane's name for the target of a ring
 * @param as.device the plane's id of a device, by its number from 0
 */
export function rolloutOf(
  count: number,
  as: {
    readonly platform: FleetDevice['platform'];
    target(ring: RingName): string;
    device(index: number): string;
  },
): Rollout {
  const groups: Partial<Record<RingName, string>> = {};
  const devices: FleetDevice[] = [];
  for (const ring of RINGS) {
    const share = Math.min(DEFAULT_RINGS[ring].sizeLimit, count - devices.length);
    if (share <= 0) break;
    const target = as.target(ring);
    groups[ring] = target;
    for (let turn = 0; turn < share; turn++) {
      devices.push({ id: as.device(devices.length), groups: [target], platform: as.platform });
    }
  }
  return { devices, groups };
}
