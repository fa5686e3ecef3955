import type { PassOver } from './ports/queue.js';
import { parseRunStream } from './run-events.js';
import { reconcileKey, SWEEP_KEY } from './schedule.js';

const RECONCILE = 'reconcile';
const RECONCILE_KEYS = [reconcileKey(''), SWEEP_KEY];

/** How many of a worker's hands each plane may have, so that one that is slow or throttled does not get them all. */
export interface Lanes {
  /** False when the lane of this key has all it may have. */
  enter(key: string): boolean;
  /** @param failed the work met a failure of its plane */
  leave(key: string, failed: boolean): void;
  /** What is not to be claimed now. */
  passOver(): PassOver;
}

/**
 * A quarter of the hands stays free for other planes where there are others; reconcile has half at most. A lane whose work
 * fails has half as many each time, and one more for each success.
 */
export function lanes(concurrency: number, planes: () => number): Lanes {
  const held = new Map<string, number>();
  const allowed = new Map<string, number>();

  const mostOf = (lane: string): number => {
    if (lane === RECONCILE) return Math.max(1, Math.floor(concurrency / 2));
    return planes() > 1 ? Math.max(1, concurrency - Math.ceil(concurrency / 4)) : concurrency;
  };
  const limitOf = (lane: string) => Math.min(mostOf(lane), allowed.get(lane) ?? concurrency);
  const isFull = (lane: string) => (held.get(lane) ?? 0) >= limitOf(lane);

  return {
    enter(key) {
      const lane = laneOf(key);
      if (isFull(lane)) return false;
      held.set(lane, (held.get(lane) ?? 0) + 1);
      return true;
    },
    leave(key, failed) {
      const lane = laneOf(key);
      held.set(lane, held.get(lane)! - 1);
      allowed.set(lane, failed ? Math.max(1, Math.floor(limitOf(lane) / 2)) : limitOf(lane) + 1);
    },
    passOver() {
      const full = [...held.keys()].filter(isFull);
      return {
        startingWith: full.includes(RECONCILE) ? RECONCILE_KEYS : [],
        endingWith: full.filter((lane) => lane !== RECONCILE).map((plane) => `:${plane}`),
      };
    },
  };
}

const laneOf = (key: string): string => parseRunStream(key)?.plane ?? RECONCILE;
