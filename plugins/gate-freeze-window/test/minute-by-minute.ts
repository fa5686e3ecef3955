/** A recurring window in the words of this reference: no cron expression, no library. */
export interface PlainWindow {
  readonly minute: number;
  readonly hours: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly length: number;
}

const MINUTE = 60_000;

/** What the clock showed at every minute of some days, by reading it at every minute. */
export function readings(timeZone: string, from: number, days: number): readonly number[] {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...numbers });
  return Array.from({ length: days * 1_440 }, (_, index) => {
    const shown = Object.fromEntries(
      clock.formatToParts(from + index * MINUTE).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(shown.year!, shown.month! - 1, shown.day, shown.hour, shown.minute);
  });
}

/**
 * Walks through the readings. A window starts at the first minute at which the clock shows its time or has jumped over it, and lasts
 * until the clock shows its end for good.
 */
export function minuteByMinute(shown: readonly number[], window: PlainWindow) {
  const starts: { index: number; end: number }[] = [];
  let latest = shown[0]!;
  shown.forEach((now, index) => {
    for (let wall = latest + MINUTE; wall <= now; wall += MINUTE)
      if (isStart(wall, window)) starts.push({ index, end: wall + window.length * 60 * MINUTE });
    latest = Math.max(latest, now);
  });
  const lowestFrom = [...shown];
  for (let index = shown.length - 2; index >= 0; index -= 1)
    lowestFrom[index] = Math.min(shown[index]!, lowestFrom[index + 1]!);

  const isOpen = (index: number) => starts.some((start) => start.index <= index && lowestFrom[index]! < start.end);
  return {
    isOpen,
    /** The first minute from here on at which it is closed; nothing when the readings end before. */
    closes(from: number) {
      let index = from;
      while (index < shown.length && isOpen(index)) index += 1;
      return index < shown.length ? index : undefined;
    },
    opens: (after: number) => starts.find(({ index }) => index > after)?.index,
  };
}

function isStart(wall: number, { minute, hours, weekdays }: PlainWindow): boolean {
  const time = new Date(wall);
  return time.getUTCMinutes() === minute && hours.includes(time.getUTCHours()) && weekdays.includes(time.getUTCDay());
}
