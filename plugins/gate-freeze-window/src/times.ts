import type { Starts } from './cron-starts.js';
import type { WallClock } from './wall-clock.js';

/** When a window is open. Instants are milliseconds since 1970, UTC. */
export interface Times {
  /** The time zone that its times are told in. */
  readonly clock: WallClock;
  /** Open now: the first instant at which it is not; `Infinity` when none was found. Otherwise nothing. */
  endOf(now: number): number | undefined;
  /** The next time it opens, later than now; nothing when it never does. */
  nextStart(now: number): number | undefined;
}

const MINUTE_MS = 60_000;

/** Clocks are set back by one hour, by half an hour on Lord Howe, and in no zone of today by more than this. */
const LARGEST_SETBACK_MS = 3 * 60 * MINUTE_MS;

/** Windows that run into each other are followed so far: a month of hourly ones, a year of daily ones. */
const MOST_IN_A_ROW = 1_000;
const FURTHEST_MS = 366 * 24 * 60 * MINUTE_MS;

export const once = (from: number, until: number, clock: WallClock): Times => ({
  clock,
  endOf: (now) => (from <= now && now < until ? until : undefined),
  nextStart: (now) => (now < from ? from : undefined),
});

/** The length is counted on the wall as well: Friday 18:00 and 60 hours end on Monday at 06:00, whatever the clocks did on Sunday. */
export function recurring(starts: Starts, lengthMs: number, clock: WallClock): Times {
  /** The last start that was reached by now, of those whose window can still be open. Later starts end later: it decides. */
  const lastStart = (now: number): number | undefined => {
    const isReached = (start: number | undefined) => start !== undefined && clock.reached(start) <= now;
    const shown = Math.floor(clock.read(now) / MINUTE_MS);
    let low = shown - Math.ceil((lengthMs + LARGEST_SETBACK_MS) / MINUTE_MS);
    let high = shown + LARGEST_SETBACK_MS / MINUTE_MS;
    if (!isReached(starts.next(low * MINUTE_MS))) return undefined;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (isReached(starts.next(middle * MINUTE_MS))) low = middle;
      else high = middle;
    }
    return starts.next(low * MINUTE_MS);
  };

  const endOfOne = (now: number): number | undefined => {
    const start = lastStart(now);
    const end = start === undefined ? undefined : clock.passed(start + lengthMs);
    return end !== undefined && now < end ? end : undefined;
  };

  return {
    clock,
    endOf(now) {
      let end = endOfOne(now);
      for (let followed = 0; end !== undefined && followed < MOST_IN_A_ROW && end - now < FURTHEST_MS; followed += 1) {
        const further = endOfOne(end);
        if (further === undefined) return end;
        end = further;
      }
      return end === undefined ? undefined : Infinity;
    },
    nextStart(now) {
      const next = starts.next(lastStart(now) ?? clock.read(now) - lengthMs - LARGEST_SETBACK_MS - MINUTE_MS);
      return next === undefined ? undefined : clock.reached(next);
    },
  };
}
