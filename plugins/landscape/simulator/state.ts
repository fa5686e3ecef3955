import type { Sha256 } from '@eucora/sdk';

/** Times are milliseconds of the simulator's clock; what is not yet so is worked out from them when somebody asks. */
export interface SimDeb {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: Sha256;
  readonly size: number;
  /** In the repository from then on. */
  readonly at: number;
}

export interface SimLocal {
  readonly id: string;
  displayName: string;
  comment: string;
  defaultDistribution: string;
  defaultComponent: string;
  packages: SimDeb[];
  lastOperation: string;
}

/** A snapshot that is served from a moment on. */
export interface SimSnapshot {
  readonly at: number;
  readonly packages: readonly SimDeb[];
}

export interface SimPublication {
  readonly id: string;
  displayName: string;
  source: string;
  snapshots: SimSnapshot[];
  lastOperation: string;
}

export interface SimOperation {
  readonly id: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface SimProfile {
  readonly id: number;
  readonly name: string;
  title: string;
  description: string;
  accessGroup: string;
  allComputers: boolean;
  tags: string[];
  /** `depends example-tool = 2.0.0` */
  constraints: string[];
  readonly createdAt: number;
  modifiedAt: number;
  version: number;
}

/** What one state of a profile's constraints asks of machines. The fleet knows it by `key`. */
export interface SimRevision {
  readonly key: string;
  readonly number: number;
  readonly profile: string;
  readonly deb: string;
  /** Absent: every version is taken off. */
  readonly version?: string;
  readonly at: number;
  /** Tags that it was ever aimed at, and whether the fleet knows yet: a version that a machine cannot find waits. */
  readonly tags: { readonly tag: string; begun: boolean; ended: boolean }[];
}

/** Made by InstallPackages and its like: each call makes another. */
export interface SimGroup {
  readonly id: number;
  readonly summary: string;
  readonly at: number;
  readonly computers: readonly number[];
  status: 'undelivered' | 'canceled';
}

export interface SimPocket {
  readonly key: string;
  readonly mode: 'upload' | 'pull' | 'mirror';
  /** What pulling or synchronising brings: name and version. */
  origin: [string, string][];
  packages: [string, string][];
  /** While something of its distribution is being changed. */
  busyUntil: number;
  arriving: { readonly at: number; readonly packages: [string, string][] }[];
}

export interface SimRepositoryProfile {
  readonly name: string;
  title: string;
  description: string;
  accessGroup: string;
  tags: string[];
}

/** What the account holds. Plain data, so that a stale read can remember it. */
export interface LandscapeAccount {
  readonly locals: Map<string, SimLocal>;
  readonly publications: Map<string, SimPublication>;
  readonly operations: Map<string, SimOperation>;
  readonly profiles: Map<string, SimProfile>;
  readonly revisions: SimRevision[];
  readonly groups: SimGroup[];
  readonly pockets: Map<string, SimPocket>;
  readonly repositoryProfiles: Map<string, SimRepositoryProfile>;
  /** Computer ids whose activities nobody has approved, or that never end. */
  readonly unapproved: Set<string>;
  readonly stuck: Set<string>;
}

export const emptyAccount = (): LandscapeAccount => ({
  locals: new Map(),
  publications: new Map(),
  operations: new Map(),
  profiles: new Map(),
  revisions: [],
  groups: [],
  pockets: new Map(),
  repositoryProfiles: new Map(),
  unapproved: new Set(),
  stuck: new Set(),
});

export const snapshotOf = (publication: SimPublication, now: number): SimSnapshot | undefined =>
  publication.snapshots.filter(({ at }) => at <= now).at(-1);

export const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
