import type { Clock } from '../clock.js';

/** One thing that happened on the plane, told by the plane itself. */
export interface LedgerEntry {
  /** ISO 8601, UTC, by the simulator's clock. */
  readonly at: string;
  /** `app_created`, `assignment_removed`, … */
  readonly kind: string;
  /** The plane's id of the object. */
  readonly object: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The simulator's own account of every side effect, independent of what its callers believe. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  record(kind: string, object: string, detail?: Readonly<Record<string, unknown>>): void;
  /** How many entries of a kind. */
  count(kind: string): number;
}

export function createLedger(clock: Clock): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    record: (kind, object, detail) =>
      void entries.push({ at: clock.now().toISOString(), kind, object, ...(detail && { detail }) }),
    count: (kind) => entries.filter((entry) => entry.kind === kind).length,
  };
}
