import { rolloutOf, type Rollout } from '@eucora/sdk/testing';

/** So many Ubuntu machines, dealt out to one tag a ring: the first ten to lab, the next hundred to canary, and so on. */
export const rollout = (count: number): Rollout =>
  rolloutOf(count, { platform: 'linux', target: (ring) => `ring-${ring}`, device: (index) => String(index + 1) });
