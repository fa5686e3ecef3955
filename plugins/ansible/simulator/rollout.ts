import { rolloutOf, type Rollout } from '@eucora/sdk/testing';

/** So many Linux hosts, dealt out to one group a ring, as device tags name them: the first ten to lab, the next hundred to canary. */
export const rollout = (count: number): Rollout =>
  rolloutOf(count, {
    platform: 'linux',
    target: (ring) => `tag_${ring}`,
    device: (index) => `node-${String(index).padStart(6, '0')}`,
  });
