import { reasonOf } from '@eucora/sdk';
import { ValidateBy } from 'class-validator';
import { cronStarts } from './cron-starts.js';
import { wallClock } from './wall-clock.js';

/** A day from which a cron expression is tried out: any will do, but it must always be the same. */
const TRIAL = Date.UTC(2024, 0, 1);

const ISO_8601 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds; NaN for what is not a time, has no zone, or names a day that its month does not have. */
export function instantOf(value: unknown): number {
  const [, day] = (typeof value === 'string' && ISO_8601.exec(value)) || [];
  if (!day || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) return NaN;
  return Date.parse(String(value));
}

export const IsInstant = () =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => !Number.isNaN(instantOf(value)),
      defaultMessage: () =>
        'must be a time in ISO 8601 with its zone, 2026-12-18T00:00:00Z (a recurring window has a cron)',
    },
  });

export const IsLaterThan = (other: string) =>
  ValidateBy({
    name: 'isLaterThan',
    validator: {
      validate: (value, args) => !(instantOf(value) <= instantOf((args?.object as Record<string, unknown>)[other])),
      defaultMessage: () => `must be later than ${other}`,
    },
  });

export const IsTimeZone = () =>
  ValidateBy({
    name: 'isTimeZone',
    validator: { validate: isTimeZone, defaultMessage: () => 'must be a time zone such as Europe/Berlin' },
  });

export const IsCron = () =>
  ValidateBy({
    name: 'isCron',
    validator: {
      validate: (value) => complaintAbout(value) === undefined,
      defaultMessage: (args) => `must be "minute hour day month weekday": ${complaintAbout(args?.value)}`,
    },
  });

/** By name. `+01:00` is no place: it would not know when the clocks change. */
function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    wallClock(value);
    return true;
  } catch {
    return false;
  }
}

function complaintAbout(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'this is no text';
  try {
    return cronStarts(value).next(TRIAL) === undefined ? 'this day never comes' : undefined;
  } catch (cause) {
    return reasonOf(cause).replace(/^CronPattern: /, '');
  }
}
