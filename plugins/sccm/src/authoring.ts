import type { Context } from '@eucora/sdk';

/** One application with its one deployment type, as the authoring endpoint is told of it. JSON as it travels. */
export interface ApplicationSpec {
  /** The natural key: the name in the console. */
  readonly display_name: string;
  /** The administrator's comment; our marks. */
  readonly comment: string;
  readonly publisher: string;
  readonly software_version: string;
  /** What users see in Software Center. */
  readonly localized_name: string;
  readonly localized_description: string;
  readonly deployment_type: {
    readonly name: string;
    /** UNC folder that holds the installer and nothing else. */
    readonly content_location: string;
    readonly install_command: string;
    readonly uninstall_command: string;
    /** All of them must hold. Versions and values are compared for equality. */
    readonly detection: readonly DetectionSpec[];
  };
}

export type DetectionSpec =
  | { readonly kind: 'file'; readonly path: string; readonly file_name: string; readonly version?: string }
  | { readonly kind: 'registry'; readonly key_path: string; readonly value_name?: string; readonly value?: string }
  | { readonly kind: 'msi'; readonly product_code: string; readonly version?: string };

export interface AuthoredApplication {
  readonly model_name: string;
}

/** Content of an application to single distribution points, which AdminService cannot do. */
export interface PointsSpec {
  readonly display_name: string;
  /** Full host names. */
  readonly distribution_points: readonly string[];
}

/**
 * The work that AdminService cannot do: Microsoft's own libraries write the document behind an application, and they speak PowerShell.
 *
 * JSON in, JSON out, whichever way it goes. Both verbs converge on the other side: an application that is there under this name
 * with this comment is gone on with, one that a person made is a `PLANE_CONFLICT`. Neither is ever repeated by the implementation.
 */
export interface Authoring {
  createApplication(ctx: Context, spec: ApplicationSpec): Promise<AuthoredApplication>;
  distributeToPoints(ctx: Context, spec: PointsSpec): Promise<void>;
  /** Proves that it is there and would work for us. Changes nothing. */
  check(ctx: Context): Promise<void>;
  close(): void;
}
