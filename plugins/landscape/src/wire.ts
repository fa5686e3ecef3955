/** What Landscape sends and takes, as far as we use it. Names are Canonical's. */

/** `GET /api/v2/about`. Read by the portal; not in the reference. */
export interface About {
  readonly package_version?: string;
}

/** Of the legacy API; `computers` are ids. */
export interface PackageProfile {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly all_computers?: boolean;
  readonly access_group?: string;
  readonly modification_time?: string;
  /** `["depends", "mysql = 5.1.0"]` here, an object in v2. */
  readonly constraints?: readonly (readonly [string, string] | ConstraintObject)[];
  readonly computers?: {
    readonly constrained?: readonly number[];
    readonly 'non-compliant'?: readonly number[];
  };
}

export interface ConstraintObject {
  readonly constraint: string;
  readonly package: string;
  readonly rule?: string;
  readonly version?: string;
}

export interface Page<T> {
  readonly count?: number;
  readonly results: readonly T[];
  /** Absolute for computers and activities, relative for packages. */
  readonly next?: string | null;
}

export interface Computer {
  readonly id: number;
  readonly hostname?: string | null;
  readonly title?: string | null;
  readonly distribution?: string | null;
  readonly last_ping_time?: string | null;
  readonly tags?: readonly string[];
}

export interface ReportedPackage {
  readonly name: string;
  readonly computers: readonly {
    readonly id: number;
    readonly status: string;
    readonly current_version?: string | null;
  }[];
}

export type ActivityStatus =
  | 'undelivered'
  | 'delivered'
  | 'scheduled'
  | 'waiting'
  | 'blocked'
  | 'unapproved'
  | 'canceled'
  | 'failed'
  | 'succeeded';

export interface Activity {
  readonly id: number;
  readonly type?: string;
  readonly summary?: string;
  readonly activity_status: ActivityStatus;
  readonly creation_time: string;
  readonly computer_id?: number | null;
  readonly parent_id?: number | null;
  readonly result_code?: number | null;
  readonly changes?: readonly { readonly package?: string }[];
}

/** `main/amd64` -> name and version of each package. */
export type PocketListing = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** `update` has name, old version, new version; `add` has name, version. */
export type PocketDiff = Readonly<Record<string, Readonly<Record<string, readonly (readonly string[])[]>>>>;

/** A local repository of the package archive (debarchive). */
export interface Local {
  readonly name: string;
  readonly displayName: string;
  readonly comment?: string;
  readonly lastOperation?: string | null;
  readonly lastImportTime?: string | null;
}

export interface Publication {
  readonly name: string;
  readonly source: string;
  readonly publishTime?: string | null;
  readonly lastOperation?: string | null;
}

/** google.rpc.Status */
export interface ArchiveStatus {
  readonly code?: number;
  readonly message?: string;
}

export interface ArchiveOperation {
  readonly name: string;
  readonly done?: boolean;
  readonly error?: ArchiveStatus;
}
