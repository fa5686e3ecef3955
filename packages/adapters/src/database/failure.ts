import { EucoraError, isEucoraError, reasonOf, toEucoraError } from '@eucora/sdk';

/**
 * - `taken`: a unique index refused; nothing was stored.
 * - `unlinked`: the event before the first is not there; nothing was stored. See `flush-statement.ts`.
 * - `again`: the database gave way to somebody else; nothing was stored, and the same may be tried at once.
 * - `lost`: no answer came. What was asked for may be done, or be done yet.
 * - `full`: there is no room; nothing was stored.
 * - `down`: the database is there and does no work now; nothing was stored.
 * - `wrong`: what was asked for cannot be done.
 */
export type Failure = 'taken' | 'unlinked' | 'again' | 'lost' | 'full' | 'down' | 'wrong';

/** By SQLSTATE, longest match first. PostgreSQL 15, appendix A. */
const BY_STATE: readonly (readonly [string, Failure])[] = [
  ['23505', 'taken'],
  ['23502', 'unlinked'],
  ['40', 'again'],
  ['55P03', 'again'],
  ['53100', 'full'],
  ['53', 'down'],
  ['57014', 'down'],
  ['25006', 'down'],
  ['57P', 'lost'],
  ['08', 'lost'],
  ['58', 'down'],
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** What an error of the driver means. */
export function failureOf(cause: unknown): Failure {
  const { code, severity } = cause as { readonly code?: unknown; readonly severity?: unknown };
  if (reasonOf(cause).includes('No space left on device') || code === 'ENOSPC') return 'full';
  if (typeof severity !== 'string' || typeof code !== 'string' || !SQLSTATE.test(code)) return 'lost';
  return BY_STATE.find(([state]) => code.startsWith(state))?.[1] ?? 'wrong';
}

/** The name of the unique index that refused. */
export const takenIndex = (cause: unknown): string => String((cause as { readonly constraint?: unknown }).constraint);

/** The driver's error as one of ours. */
export function toStorageError(cause: unknown): EucoraError {
  if (isEucoraError(cause)) return cause;
  const failure = failureOf(cause);
  if (failure === 'full') return new EucoraError('STORAGE_FULL', { what: reasonOf(cause), cause });
  if (failure === 'taken' || failure === 'unlinked' || failure === 'wrong') return toEucoraError(cause);
  return new EucoraError('STORAGE_UNAVAILABLE', {
    what: `the database does not answer: ${reasonOf(cause)}`,
    retryAfterMs: 1_000,
    cause,
  });
}
