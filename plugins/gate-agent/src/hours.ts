import { ValidateBy, type ValidationArguments } from 'class-validator';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** One rule, one complaint. */
const Must = (what: string, holds: (value: unknown, hours: Partial<Hours>) => boolean): PropertyDecorator =>
  ValidateBy({
    name: what,
    validator: {
      validate: (value, args?: ValidationArguments) => holds(value, args?.object ?? {}),
      defaultMessage: () => `must ${what}`,
    },
  });

function isTimeZone(zone: unknown): boolean {
  try {
    return typeof zone === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** Hours of the day on days of the week, by the clock on the wall of a time zone: summer time is followed. */
export class Hours {
  @Must('be a time zone such as Europe/Berlin', isTimeZone)
  timeZone: string = 'UTC';

  @Must(
    `be a list, not empty, of days: ${DAYS.join(', ')}`,
    (value) => Array.isArray(value) && value.length > 0 && value.every((day) => DAYS.includes(day as Day)),
  )
  days: Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

  @Must('be a time of the day, 00:00 to 23:59', (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(String(value)))
  from: string = '08:00';

  /** The first minute after. Earlier than `from`: on the next day. */
  @Must('be a time of the day, 00:00 to 24:00', (value) => /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(String(value)))
  @Must('differ from `from`: 00:00 to 24:00 is the whole day', (value, { from }) => value !== from)
  until: string = '18:00';
}

export function isWithin({ timeZone, days, from, until }: Hours, now: Date): boolean {
  const { day, time } = wallClock(now, timeZone);
  if (from < until) return days.includes(day) && from <= time && time < until;
  const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7]!;
  return (days.includes(day) && from <= time) || (days.includes(yesterday) && time < until);
}

/** @throws RangeError for a time that is none; the engine takes that for a no */
function wallClock(now: Date, timeZone: string): { readonly day: Day; readonly time: string } {
  const format = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', format).formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return { day: parts.get('weekday')!.toLowerCase() as Day, time: `${parts.get('hour')}:${parts.get('minute')}` };
}
