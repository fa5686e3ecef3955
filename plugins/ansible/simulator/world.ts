import type { Clock, Fleet, Ledger } from '@eucora/sdk/testing';
import type { Runner } from './runner.js';

/** How long AWX takes for what it does by itself. Milliseconds of the simulator's clock. */
export interface Delays {
  /** From launch to start, with nothing in the way. */
  readonly start: number;
  /** For gathering facts and the like, whatever the hosts do. */
  readonly overhead: number;
  /** From the wish to cancel until the job is cancelled. */
  readonly cancel: number;
  /** From the end of a job until its events and summaries can be read. */
  readonly events: number;
  /** From then until `event_processing_finished`; may be Infinity. */
  readonly processing: number;
}

export const DEFAULT_DELAYS: Delays = { start: 2_000, overhead: 5_000, cancel: 1_000, events: 2_000, processing: 0 };

/** What the routes work on besides what AWX holds. */
export interface World {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly fleet: Fleet;
  readonly runner: Runner;
  readonly version: string;
  readonly username: string;
  /** Rows a page where the caller does not say. */
  readonly pageSize: number;
  readonly ledger: () => Ledger;
  readonly nextId: () => number;
}

export const ORGANISATION = 1;
/** AWX cuts a larger wish down to this without a word. */
export const PAGE_CAP = 200;
