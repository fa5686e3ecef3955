/** The host's answers, as far as the command reads them. Their full shapes: `/api/docs/`. */

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Give it as `after` to go on; absent on the last page. */
  readonly next?: string | number;
}

export interface PackageView {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly publisher: string;
  readonly artifact: ArtifactView;
  readonly sbom?: ArtifactView;
  readonly package_key: string;
}

export interface ArtifactView {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly file_name: string;
}

export interface IntentView {
  readonly id: string;
  readonly package_key: string;
  readonly planes: readonly string[];
  readonly purpose: string;
  readonly criticality: string;
  readonly rings: readonly {
    readonly ring: string;
    readonly success_threshold: number;
    readonly time_to_compliance_hours: number;
    readonly size_limit: number;
    readonly scopes: Readonly<
      Record<string, { readonly include: readonly string[]; readonly exclude?: readonly string[] }>
    >;
  }[];
  readonly on_failure: string;
  readonly requested_by: string;
  readonly created_at: string;
  readonly state?: string;
  /** Correlation id of the latest rollout of each ring. */
  readonly rollouts?: Readonly<Record<string, string>>;
}

export interface VerdictView {
  readonly gate: string;
  readonly decision: string;
  readonly reasons: readonly string[];
}

export interface PlanView {
  readonly correlation_id?: string;
  readonly intent_id: string;
  readonly ring: string;
  readonly decision: 'allow' | 'deny' | 'needs_approval';
  /** Absent where a plane cannot plan. */
  readonly signed_plan?: unknown;
  readonly runs: readonly {
    readonly plane: string;
    readonly evidence: readonly { readonly kind: string; readonly provider: string; readonly absent?: string }[];
    readonly risk: {
      readonly score: number;
      readonly factors: readonly {
        readonly name: string;
        readonly weight: number;
        readonly input: number;
        readonly contribution: number;
        readonly because: string;
      }[];
    };
    readonly verdicts: readonly VerdictView[];
    /** Absent where the plane cannot plan. */
    readonly operations?: readonly { readonly phase: string; readonly key: string; readonly summary: string }[];
  }[];
}

export interface RunView {
  readonly plane: string;
  readonly status: string;
  readonly step?: string;
  readonly evidence?: string;
  /** The sealed pack. */
  readonly pack?: string;
  readonly verdicts: readonly VerdictView[];
  readonly operations: readonly { readonly key: string; readonly summary: string; readonly at: string }[];
  readonly compliance?: {
    readonly targeted: number;
    readonly installed: number;
    readonly failed: number;
    readonly pending: number;
    readonly unknown: number;
    readonly success_rate: number;
  };
  readonly last_error?: { readonly code: string; readonly what: string; readonly remedy: string };
  readonly reason?: string;
}

export interface RolloutView {
  readonly kind: 'publish' | 'rollback';
  readonly correlation_id: string;
  readonly intent_id: string;
  readonly ring: string;
  readonly status: string;
  readonly runs: readonly RunView[];
  /** The rollback of this publish, if there was one. */
  readonly rollback?: RolloutView;
}

/** See `ENDED` of the engine's `run.ts`. */
const ENDED: ReadonlySet<string> = new Set(['SETTLED', 'REFUSED', 'HALTED', 'ROLLED_BACK', 'FAILED']);

/** A rollout's own status is that of the run that is worst off; the others may still be under way. */
export const hasEnded = ({ runs, status }: RolloutView): boolean =>
  runs.length > 0 ? runs.every((run) => ENDED.has(run.status)) : ENDED.has(status);

export interface DriftView {
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly intent_id: string;
  readonly plane: string;
  readonly ring: string;
  readonly what: string;
  readonly status: string;
  readonly attempts: number;
  readonly detected_at: string;
}

export interface ReconcileView {
  readonly intents: number;
  readonly orders: number;
  readonly drift: readonly DriftView[];
  readonly unreachable: readonly { readonly plane: string; readonly what: string }[];
}

export interface ApprovalView {
  readonly id: string;
  readonly correlation_id: string;
  readonly plane: string;
  readonly intent_id: string;
  readonly ring: string;
  readonly package_key: string;
  readonly risk_score: number;
  readonly reasons: readonly string[];
  readonly needed: number;
  readonly from?: readonly string[];
  readonly given: readonly { readonly by: string; readonly at: string; readonly note?: string }[];
  readonly evidence_digest: string;
  readonly plan_digest: string;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly expires_at: string;
  readonly status: string;
  readonly decided_by?: string;
}

export interface WaiverView {
  readonly id: string;
  readonly gate: string;
  readonly subjects: readonly string[];
  readonly package: string;
  readonly rings?: readonly string[];
  readonly reason: string;
  readonly granted_by: string;
  readonly expires_at: string;
  readonly status: string;
  readonly used_at?: string;
}

export interface IncidentView {
  readonly id: string;
  readonly package_name: string;
  readonly what: string;
  readonly reported_by: string;
  readonly reported_at: string;
  readonly status: string;
  readonly note?: string;
}

export interface EventView {
  /** Place in the chain: from 1, gapless. */
  readonly position: number;
  readonly correlation_id: string;
  readonly event_type: string;
  readonly event_data: unknown;
  readonly actor: string;
  readonly created_at: string;
}

export interface VerificationView {
  readonly events: number;
  readonly head: string;
  readonly broken?: { readonly position: number; readonly reason: string };
}

export interface ConnectorView {
  readonly connector_id: string;
  readonly kind: string;
  readonly module: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly state: 'connected' | 'disabled' | 'failed';
  readonly summary?: string;
  /** Why it is not connected. */
  readonly problem?: { readonly code: string; readonly what: string; readonly remedy: string };
}

export interface ConnectorListView {
  readonly items: readonly ConnectorView[];
  /** Lines of the registry file that are not registrations. */
  readonly registry_faults?: readonly { readonly line: number; readonly code: string; readonly what: string }[];
}

export interface HeartbeatView {
  readonly connector_id: string;
  readonly healthy: boolean;
  readonly detail: string;
  readonly latency_ms: number;
  readonly checked_at: string;
}

/** `GET /api/whoami/`. */
export interface WhoAmIView {
  readonly subject: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly agent: boolean;
}
