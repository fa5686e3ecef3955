import type { PassOver } from './ports/queue.js';
import { parseRunStream } from './run-events.js';
import { reconcileKey, SWEEP_KEY } from './schedule.js';

const RECONCILE = 'reconcile';
const RECONCILE_KEYS = [reconcileKey(''), SWEEP_KEY];

/** A worker's hands. Each plane has its own, so that one that is slow or throttled keeps nobody waiting but itself. */
export interface Lanes {
  /** False when the lane of this key has all the hands that it may have. */
  enter(key: string): boolean;
  leave(key: string): void;
  /** What is not to be claimed now. */
  passOver(): PassOver;
  /** So many jobs can be claimed now, whatever lanes they are of. */
  room(): number;
}

/** @param hands of each plane; reconcile has half as many */
export function lanes(hands: number, planes: () => readonly string[]): Lanes {
  const held = new Map<string, number>();
  const free = (lane: string) => (lane === RECONCILE ? Math.max(1, hands >> 1) : hands) - (held.get(lane) ?? 0);

  return {
    enter(key) {
      const lane = laneOf(key);
      if (free(lane) <= 0) return false;
      held.set(lane, (held.get(lane) ?? 0) + 1);
      return true;
    },
    leave(key) {
      const lane = laneOf(key);
      held.set(lane, held.get(lane)! - 1);
    },
    passOver() {
      const full = [...held.keys()].filter((lane) => free(lane) <= 0);
      return {
        startingWith: full.includes(RECONCILE) ? RECONCILE_KEYS : [],
        endingWith: full.filter((lane) => lane !== RECONCILE).map((plane) => `:${plane}`),
      };
    },
    room: () => Math.min(hands, ...[RECONCILE, ...planes()].map(free).filter((count) => count > 0)),
  };
}

const laneOf = (key: string): string => parseRunStream(key)?.plane ?? RECONCILE;
