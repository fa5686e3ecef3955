/** What the clock on a wall shows, as milliseconds: `Date.UTC(2026, 2, 29, 2, 30)` is half past two, wherever the wall is. */
export type WallTime = number;

/**
 * The clock on the wall of a time zone. Instants are milliseconds since 1970, UTC.
 *
 * Once a year it leaves out an hour and once it shows one twice. So that no window falls into the gap or is cut in two, a time
 * that is left out is reached at the jump, and a time that is shown twice is reached at its first showing and passed at its second.
 */
export interface WallClock {
  readonly zone: string;
  read(instant: number): WallTime;
  /** The first instant at which it shows this time or a later one. */
  reached(wall: WallTime): number;
  /** The first instant from which on it never again shows an earlier time. */
  passed(wall: WallTime): number;
}

const DAY_MS = 86_400_000;

/** @throws RangeError when there is no such zone */
export function wallClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const read = (instant: number): WallTime => instant + offsetOf(format.format(instant));

  /** None where the time is left out, two where it is shown twice, the earlier one first. */
  const showings = (wall: WallTime): number[] => {
    const offsets = [wall - DAY_MS, wall + DAY_MS].map((about) => read(about) - about);
    const instants = offsets.map((offset) => wall - offset).filter((instant) => read(instant) === wall);
    return instants.sort((a, b) => a - b);
  };

  /** The jump over a time that is left out: between them the readings are in order, so halving finds it. */
  const jumpOver = (wall: WallTime): number => {
    let [before, after] = [wall - DAY_MS, wall + DAY_MS];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (read(middle) < wall) before = middle;
      else after = middle;
    }
    return after;
  };

  return {
    zone,
    read,
    reached: (wall) => showings(wall)[0] ?? jumpOver(wall),
    passed: (wall) => {
      const justBefore = showings(wall - 1).at(-1);
      return justBefore === undefined ? jumpOver(wall - 1) : justBefore + 1;
    },
  };
}

/** From `11/21/2026, GMT+01:00`; plain `GMT` is no offset. Milliseconds. */
function offsetOf(formatted: string): number {
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatted) ?? [];
  if (!sign) return 0;
  const length = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1_000;
  return sign === '-' ? -length : length;
}
