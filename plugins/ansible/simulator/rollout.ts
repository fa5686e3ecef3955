import { DEFAULT_RINGS, RINGS, type RingName } from '@eucora/sdk';
import type { FleetDevice } from '@eucora/sdk/testing';

/** The AWX group of each ring that has devices. */
export type RingGroups = Readonly<Partial<Record<RingName, string>>>;

/** So many Linux hosts, dealt out to one group a ring, as device tags name them: the first ten to lab, the next hundred to canary. */
export function rollout(count: number): { readonly devices: readonly FleetDevice[]; readonly groups: RingGroups } {
  const groups: Partial<Record<RingName, string>> = {};
  const devices: FleetDevice[] = [];
  for (const ring of RINGS) {
    const share = Math.min(DEFAULT_RINGS[ring].sizeLimit, count - devices.length);
    if (share <= 0) break;
    const group = `tag_${ring}`;
    groups[ring] = group;
    for (let turn = 0; turn < share; turn++) {
      devices.push({ id: `node-${String(devices.length).padStart(6, '0')}`, groups: [group], platform: 'linux' });
    }
  }
  return { devices, groups };
}
