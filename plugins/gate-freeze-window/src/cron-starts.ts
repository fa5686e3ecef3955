import { Cron } from 'croner';
import type { WallTime } from './wall-clock.js';

/** The times at which the windows of a cron expression start, on the clock on the wall. */
export interface Starts {
  /** The first one later than this; nothing when there is none any more. */
  next(after: WallTime): WallTime | undefined;
}

/**
 * Croner counts as in UTC, where no hour is left out or repeated; what becomes of a time on such a night is for the wall clock to
 * say. (Croner 10.0.1 with a zone puts a start that falls into the gap of spring an hour later, where its README says that it is
 * skipped, and 11 decides otherwise again: a freeze must not hang on that. `previousRuns` fails on the 29th of February.)
 *
 * @throws Error when the expression is wrong
 */
export function cronStarts(expression: string): Starts {
  if (expression.includes('?')) throw new Error('? is not read the same everywhere: write *');
  if (!/^\s*(@[a-z]+|\S+(\s+\S+){4})\s*$/i.test(expression)) throw new Error('five fields are needed');
  // An offset and not the zone UTC: with a zone it asks Intl at every step, which takes twenty times as long.
  const cron = new Cron(expression, { mode: '5-part', utcOffset: 0 });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}
