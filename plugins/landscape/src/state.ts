import type { HeldPackage, Mark, PlaneState, RingName } from '@eucora/sdk';
import type { PocketConfig } from './config.js';
import type { PackageNote } from './description.js';
import type { Difference } from './manifest.js';
import type { PackageProfile } from './wire.js';

/** The local repository and the ring's publication of it. */
export interface ArchiveSource {
  readonly kind: 'archive';
  readonly local: string;
  readonly publication: string;
  /** The local repository was made. */
  readonly made: boolean;
  /** The wanted package is in it, and the manifest knows. */
  readonly imported: boolean;
  /** It is in what the ring's publication serves. */
  readonly published: boolean;
  /** What of the order's package somebody else put there or changed. */
  readonly tampered: readonly Difference[];
}

/** A pocket, on Landscape 25.10 and earlier. */
export interface PocketSource {
  readonly kind: 'pocket';
  readonly pocket: PocketConfig;
  readonly published: boolean;
  /** Pulling or synchronising may bring the wanted package. */
  readonly obtainable: boolean;
}

/** Where the machines of a ring get the package from. */
export type Source = ArchiveSource | PocketSource;

export interface SourceState {
  /** Absent where none is configured and none is needed. */
  readonly source?: Source;
  readonly packages: readonly HeldPackage[];
}

/** A package profile of ours, of the order's application and of any ring. */
export interface HeldProfile {
  readonly profile: PackageProfile;
  readonly ring: RingName;
  readonly mark: Mark;
  readonly note: PackageNote;
}

/** What Landscape holds of an application, and what an order of it needs to know besides. */
export interface LandscapeState extends PlaneState {
  readonly source?: Source;
  readonly profiles: readonly HeldProfile[];
}
