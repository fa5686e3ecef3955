import type { Clock, Fleet, FleetDevice, Ledger } from '@eucora/sdk/testing';

/** How long the site takes over things, in milliseconds. */
export interface Delays {
  /** Until a new application has a content package. */
  readonly contentPackage: number;
  /** Until the status of a distribution that was asked for is shown at all. */
  readonly statusRow: number;
  /** Until content is on a distribution point. */
  readonly distribution: number;
  /** Until a collection has worked out its members. */
  readonly evaluation: number;
  /** Between two summaries of what devices report. */
  readonly summary: number;
  /** For which lists do not show a new application or deployment. */
  readonly listLag: number;
}

export const DEFAULT_DELAYS: Delays = {
  contentPackage: 8_000,
  statusRow: 3_000,
  distribution: 60_000,
  evaluation: 20_000,
  summary: 60_000,
  listLag: 0,
};

export interface SimPointGroup {
  /** `{9E1F8A2B-…}` */
  readonly id: string;
  readonly name: string;
  /** Full host names. */
  readonly points: readonly string[];
}

/** A device and the site that it is assigned to; without one, the simulator's own. */
export interface SccmDevice extends FleetDevice {
  readonly site?: string;
}

/** What an account without enough rights meets: SCCM says 404 with a text, or shows an empty list. */
export type Refusal = 'denied' | 'hidden';

/** What the routes work on besides the site. */
export interface World {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly fleet: Fleet;
  readonly devices: readonly SimResource[];
  readonly siteCode: string;
  readonly sites: readonly string[];
  readonly pointGroups: readonly SimPointGroup[];
  /** Host names, lower case, that content does not reach. Tests change it. */
  readonly failingPoints: Set<string>;
  /** By class: what our account meets there. Tests change it. */
  readonly refusals: Map<string, Refusal>;
  /** Classes and methods that `$metadata` does not have. */
  readonly without: ReadonlySet<string>;
  /** Rows of a page where the service cuts lists by itself. */
  readonly pageSize: number | undefined;
  /** The share and where it is mounted, if content is to be looked at. */
  readonly content: { readonly share: string; readonly folder: string } | undefined;
  readonly ledger: () => Ledger;
  /** Fresh numbers, the same ones in every run. */
  readonly next: (kind: string) => number;
}

export interface SimResource {
  /** SCCM's `ResourceID`. */
  readonly resourceId: number;
  /** The fleet's. */
  readonly id: string;
  readonly site: string;
  readonly collections: ReadonlySet<string>;
}
