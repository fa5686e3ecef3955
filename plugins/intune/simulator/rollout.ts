import { DEFAULT_RINGS, RINGS, type RingName } from '@eucora/sdk';
import type { FleetDevice } from '@eucora/sdk/testing';
import { guidOf } from './state.js';

/** The Entra group of each ring that has devices. */
export type RingGroups = Readonly<Partial<Record<RingName, string>>>;

/** So many Windows devices, dealt out to one group a ring: the first ten to lab, the next hundred to canary, and so on. */
export function rollout(count: number): { readonly devices: readonly FleetDevice[]; readonly groups: RingGroups } {
  const groups: Partial<Record<RingName, string>> = {};
  const devices: FleetDevice[] = [];
  for (const ring of RINGS) {
    const share = Math.min(DEFAULT_RINGS[ring].sizeLimit, count - devices.length);
    if (share <= 0) break;
    const group = guidOf('group', ring);
    groups[ring] = group;
    for (let turn = 0; turn < share; turn++) {
      devices.push({ id: guidOf('device', devices.length), groups: [group], platform: 'windows' });
    }
  }
  return { devices, groups };
}
