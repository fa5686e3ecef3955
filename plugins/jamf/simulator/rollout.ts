import { rolloutOf, type Rollout } from '@eucora/sdk/testing';

/** So many Macs, dealt out to one static group a ring: the first ten to lab, the next hundred to canary, and so on. */
export const rollout = (count: number): Rollout =>
  rolloutOf(count, {
    platform: 'macos',
    target: (ring) => `EUCORA ${ring}`,
    device: (index) => `mac-${index + 1}`,
  });
