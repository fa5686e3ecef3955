import { DEFAULT_RINGS, RINGS, ringNumber, type RingName } from '@eucora/sdk';
import type { SccmDevice } from './world.js';

/** The collection of each ring that has devices. */
export type RingCollections = Readonly<Partial<Record<RingName, string>>>;

/** So many Windows devices, dealt out to one collection a ring: the first ten to lab, the next hundred to canary, and so on. */
export function rollout(
  count: number,
  siteCode = 'ABC',
): { readonly devices: readonly SccmDevice[]; readonly groups: RingCollections } {
  const groups: Partial<Record<RingName, string>> = {};
  const devices: SccmDevice[] = [];
  for (const ring of RINGS) {
    const share = Math.min(DEFAULT_RINGS[ring].sizeLimit, count - devices.length);
    if (share <= 0) break;
    const collection = `${siteCode}${(0x14 + ringNumber(ring)).toString(16).toUpperCase().padStart(5, '0')}`;
    groups[ring] = collection;
    for (let turn = 0; turn < share; turn++) {
      devices.push({
        id: `PC-${String(devices.length + 1).padStart(6, '0')}`,
        groups: [collection],
        platform: 'windows',
      });
    }
  }
  return { devices, groups };
}
