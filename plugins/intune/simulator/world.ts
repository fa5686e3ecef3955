import type { Clock, Fleet, Ledger } from '@eucora/sdk/testing';
import type { Blobs } from './blobs.js';

/** How long Intune takes for what it does by itself. Milliseconds of the simulator's clock. */
export interface Delays {
  /** Until an upload address is there. */
  readonly address: number;
  /** Until an uploaded file was looked at. */
  readonly commit: number;
  /** From `committedContentVersion` to `published`. */
  readonly publish: number;
  /** Until a report is written. */
  readonly report: number;
  /** For which the list of apps does not show a new one. */
  readonly listLag: number;
  /** For which a new app cannot be read by its id. */
  readonly readLag: number;
  /** For which an upload address is good. */
  readonly addressLife: number;
}

export const DEFAULT_DELAYS: Delays = {
  address: 2_000,
  commit: 5_000,
  publish: 10_000,
  report: 6_000,
  listLag: 0,
  readLag: 0,
  addressLife: 3_600_000,
};

/** What the routes work on besides the tenant. */
export interface World {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly fleet: Fleet;
  readonly seed: number;
  /** Items a page where the caller does not say. */
  readonly pageSize: number;
  readonly blobs: Blobs;
  readonly ledger: () => Ledger;
  /** Fresh ids, the same ones in every run. */
  readonly nextId: (kind: string) => string;
}
