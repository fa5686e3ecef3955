import type { Clock, Fleet, Ledger } from '@eucora/sdk/testing';

/** How long Landscape takes for what it does by itself. Milliseconds of the simulator's clock. */
export interface Delays {
  readonly import: number;
  readonly publish: number;
  /** A pull or a synchronisation of a pocket. */
  readonly pocket: number;
}

export const DEFAULT_DELAYS: Delays = { import: 4_000, publish: 6_000, pocket: 10_000 };

/** What the routes work on besides the account. */
export interface World {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly fleet: Fleet;
  readonly seed: number;
  /** `26.04.1`, `25.10` */
  readonly version: string;
  /** Whether it has the package archive and not the pockets. */
  readonly archive: boolean;
  /** Where machines with a tag get packages from: a publication id, or a pocket's key. */
  readonly sources: Readonly<Record<string, string>>;
  /** Clients that registered again: the same machine under an older id. */
  readonly formerSelves: readonly { readonly id: number; readonly of: string }[];
  readonly ledger: () => Ledger;
  readonly nextId: (kind: string) => number;
}
