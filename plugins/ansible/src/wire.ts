/** What AWX sends and takes, as far as we use it. Names and values are AWX's (devel schema of 2026-02-09). */

export interface Listing<Row> {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly Row[];
}

export interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** JSON or YAML, as it was written. */
  readonly variables: string;
  /** ISO 8601. */
  readonly modified: string;
}

export interface HostRow {
  readonly id: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly variables?: string;
  readonly ansible_facts_modified?: string | null;
  readonly summary_fields?: {
    readonly last_job?: { readonly finished?: string | null };
    readonly groups?: { readonly results?: readonly { readonly name: string }[] };
  };
}

export interface LabelRow {
  readonly id: number;
  readonly name: string;
}

export type JobStatus = 'new' | 'pending' | 'waiting' | 'running' | 'successful' | 'failed' | 'error' | 'canceled';

/** `host_status_counts` and `artifacts` come with one job, not in lists; lists and details both carry the rest. */
export interface JobRow {
  readonly id: number;
  readonly status: JobStatus;
  readonly created: string;
  readonly finished: string | null;
  /** JSON text. */
  readonly extra_vars?: string;
  readonly limit?: string;
  readonly job_explanation?: string;
  readonly event_processing_finished?: boolean;
  readonly host_status_counts?: Readonly<Record<string, number>> | null;
  readonly artifacts?: Readonly<Record<string, unknown>>;
}

export interface LaunchAnswer extends Partial<JobRow> {
  readonly job?: number;
  readonly ignored_fields?: Readonly<Record<string, unknown>>;
}

/** What `GET job_templates/{id}/launch/` says before anything is launched. */
export interface LaunchPreflight {
  readonly ask_variables_on_launch?: boolean;
  readonly ask_limit_on_launch?: boolean;
  readonly ask_labels_on_launch?: boolean;
  readonly ask_inventory_on_launch?: boolean;
  readonly ask_timeout_on_launch?: boolean;
  readonly passwords_needed_to_start?: readonly string[];
  readonly variables_needed_to_start?: readonly string[];
  readonly credential_needed_to_start?: boolean;
  readonly inventory_needed_to_start?: boolean;
  readonly job_template_data?: { readonly id?: number; readonly name?: string };
  readonly defaults?: { readonly inventory?: { readonly id?: number | null; readonly name?: string | null } | null };
}

export interface LaunchBody {
  readonly extra_vars: Readonly<Record<string, unknown>>;
  readonly limit?: string;
  readonly inventory?: number;
  readonly labels?: readonly number[];
  /** Seconds. */
  readonly timeout?: number;
}

export interface HostSummary {
  readonly host_name: string;
  readonly ok: number;
  readonly changed: number;
  readonly failures: number;
  readonly dark: number;
  readonly skipped: number;
  readonly processed: number;
  readonly failed: boolean;
}

export interface JobEvent {
  readonly id?: number;
  readonly counter: number;
  readonly event: string;
  readonly created?: string;
  readonly host_name?: string;
  readonly task?: string;
  readonly event_data?: {
    readonly host?: string;
    readonly task?: string;
    readonly res?: Readonly<Record<string, unknown>>;
    readonly ignore_errors?: boolean;
  };
}
