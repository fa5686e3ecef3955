import { ringNumber } from '@eucora/sdk';
import { rolloutOf, type Rollout } from '@eucora/sdk/testing';

/** So many Windows devices, dealt out to one collection a ring: the first ten to lab, the next hundred to canary, and so on. */
export const rollout = (count: number, siteCode = 'ABC'): Rollout =>
  rolloutOf(count, {
    platform: 'windows',
    target: (ring) => `${siteCode}${(0x14 + ringNumber(ring)).toString(16).toUpperCase().padStart(5, '0')}`,
    device: (index) => `PC-${String(index + 1).padStart(6, '0')}`,
  });
