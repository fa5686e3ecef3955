/** Times are milliseconds of the simulator's clock; states are worked out from them when somebody asks. */
export interface SimGroup {
  readonly id: number;
  readonly inventory: number;
  name: string;
  description: string;
  /** JSON or YAML, as it was written. */
  variables: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** Ids of groups in this one. */
  children: number[];
}

export interface SimHost {
  readonly id: number;
  readonly inventory: number;
  readonly name: string;
  enabled: boolean;
  variables: string;
  readonly createdAt: number;
  /** Ids of the groups that it is in itself. */
  groups: number[];
}

export interface SimLabel {
  readonly id: number;
  readonly name: string;
  readonly organization: number;
}

/** What a template prompts for at launch; the names are AWX's. */
export const PROMPTS = [
  'variables',
  'limit',
  'labels',
  'inventory',
  'timeout',
  'tags',
  'skip_tags',
  'job_type',
  'verbosity',
] as const;
export type Prompt = (typeof PROMPTS)[number];

export interface SimTemplate {
  readonly id: number;
  readonly name: string;
  readonly organization: number | null;
  readonly inventory: number;
  readonly playbook: string;
  /** Of the template itself. */
  readonly limit: string;
  readonly extraVars: Readonly<Record<string, unknown>>;
  asks: readonly Prompt[];
  allowSimultaneous: boolean;
  /** Variables that its survey requires. */
  surveyRequires: readonly string[];
  /** Passwords that its credential leaves open. */
  passwordsNeeded: readonly string[];
}

export interface HostCounts {
  readonly ok: number;
  readonly changed: number;
  readonly failures: number;
  readonly dark: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
}

export interface SimEvent {
  readonly counter: number;
  readonly event: string;
  readonly at: number;
  readonly host?: string;
  readonly task?: string;
  readonly failed: boolean;
  readonly changed: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a job left, once it is over. Without stats the play never came to its end: nothing is known of any host. */
export interface JobResult {
  readonly status: 'successful' | 'failed' | 'error' | 'canceled';
  readonly endedAt: number;
  readonly explanation: string;
  readonly stats?: Readonly<Record<string, HostCounts>>;
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly events: readonly SimEvent[];
  readonly stdout: string;
}

export interface SimJob {
  readonly id: number;
  readonly template: number;
  readonly createdAt: number;
  readonly launchType: 'manual' | 'relaunch';
  readonly extraVars: Readonly<Record<string, unknown>>;
  readonly limit: string;
  readonly inventory: number;
  readonly labels: number[];
  /** Seconds; 0: none. */
  readonly timeout: number;
  /** What the limit matched when the job was launched; hosts that were switched off are left out. */
  readonly hosts: readonly string[];
  /** The job before it, where the template runs one at a time. */
  readonly after?: number;
  startedAt?: number;
  cancelAskedAt?: number;
  result?: JobResult;
}

/** What AWX holds. Plain data, so that a stale read can remember it. */
export interface AwxInstance {
  readonly inventories: Map<number, { readonly id: number; readonly name: string; readonly organization: number }>;
  readonly groups: Map<number, SimGroup>;
  readonly hosts: Map<number, SimHost>;
  readonly labels: Map<number, SimLabel>;
  readonly templates: Map<number, SimTemplate>;
  readonly jobs: Map<number, SimJob>;
}

export const emptyInstance = (): AwxInstance => ({
  inventories: new Map(),
  groups: new Map(),
  hosts: new Map(),
  labels: new Map(),
  templates: new Map(),
  jobs: new Map(),
});
