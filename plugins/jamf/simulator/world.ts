import type { Clock, Fleet, Ledger } from '@eucora/sdk/testing';
import type { Replicated } from './state.js';
import { allShownBy, shownBy, type NodeName } from './state.js';
import type { Runs } from './runs.js';

/** How long Jamf takes for what it does by itself. Milliseconds of the simulator's clock. */
export interface Delays {
  /** From one refresh of the cluster to the next: a node shows what the other took from the next one on. */
  readonly refresh: number;
  /** From an upload until it was processed. */
  readonly processing: number;
  /** The same, from the moment when Jamf was asked to look. */
  readonly looking: number;
}

export const DEFAULT_DELAYS: Delays = { refresh: 60_000, processing: 120_000, looking: 10_000 };

/** What the routes work on besides the state. */
export interface World {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly fleet: Fleet;
  readonly runs: Runs;
  readonly seed: number;
  /** False for a site with file shares only. */
  readonly takesUploads: boolean;
  /** `11.30.1` */
  readonly version: string;
  readonly ledger: () => Ledger;
  /** `1`, `2`, ... for each kind of object. */
  readonly nextId: (kind: string) => string;
}

/** What a node shows of one kind of objects. */
export const viewOf = ({ clock, delays }: World, node: NodeName) => {
  const view = () => ({ node, now: clock.now().getTime(), everyMs: delays.refresh });
  return {
    one: <T>(objects: Replicated<T>, id: string): T | undefined => shownBy(objects, id, view()),
    all: <T>(objects: Replicated<T>): readonly T[] => allShownBy(objects, view()),
  };
};
