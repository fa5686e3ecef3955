import { rolloutOf, type Rollout } from '@eucora/sdk/testing';
import { guidOf } from './state.js';

/** So many Windows devices, dealt out to one group a ring: the first ten to lab, the next hundred to canary, and so on. */
export const rollout = (count: number): Rollout =>
  rolloutOf(count, {
    platform: 'windows',
    target: (ring) => guidOf('group', ring),
    device: (index) => guidOf('device', index),
  });
