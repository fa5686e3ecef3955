import type {
  Criticality,
  Decision,
  Intent,
  IntentRing,
  Operation,
  Package,
  Purpose,
  RingName,
  RiskAssessment,
  Sha256,
} from '@eucora/sdk';
import type { ChainBreak } from './chain.js';
import type { BlobInfo } from './ports/blob-store.js';
import type { ReadAll, StoredEvent } from './ports/event-store.js';
import type { ViewPage } from './ports/views.js';
import type { Rollout, Verdict } from './run.js';

export interface NewIntent {
  /** Default: a fresh UUID. */
  readonly id?: string;
  readonly packageKey: string;
  readonly planes: readonly string[];
  readonly purpose?: Purpose;
  readonly criticality?: Criticality;
  /** At least one; limits that are left out are the defaults of SPEC 2.4. */
  readonly rings: readonly (Pick<IntentRing, 'ring' | 'scopes'> & Partial<IntentRing>)[];
  readonly onFailure?: Intent['onFailure'];
  readonly remediateCompliance?: boolean;
}

/** An intent with how far it has come. */
export interface IntentView extends Intent {
  readonly state: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'HALTED' | 'ROLLED_BACK' | 'FAILED';
  /** Correlation id of the latest rollout of each ring. */
  readonly rollouts: Readonly<Partial<Record<RingName, string>>>;
}

export interface PublishRequest {
  /** Default: the first ring of the intent. */
  readonly ring?: RingName;
  /** The idempotency key. Default: a fresh UUID. */
  readonly correlationId?: string;
  /** Default: all planes of the intent. */
  readonly planes?: readonly string[];
}

export interface Plan {
  readonly intentId: string;
  readonly ring: RingName;
  readonly runs: readonly PlannedRun[];
  /** The strictest of the gates' answers over all runs. */
  readonly decision: Decision;
  readonly createdAt: string;
}

export interface PlannedRun {
  readonly plane: string;
  readonly evidence: readonly { readonly kind: string; readonly provider: string; readonly absent?: string }[];
  readonly risk: RiskAssessment;
  readonly verdicts: readonly Verdict[];
  /** Undefined where the plane cannot plan (`CanPlan`). */
  readonly operations?: readonly Operation[];
}

export type DriftType =
  'missing_assignment' | 'version_mismatch' | 'scope_mismatch' | 'compliance_drift' | 'extra_assignment';

export interface Drift {
  /** Stable while the drift lasts. */
  readonly id: string;
  readonly type: DriftType;
  readonly class: 'MISSING' | 'MODIFIED' | 'EXTRA';
  readonly severity: 'high' | 'medium';
  readonly intentId: string;
  readonly plane: string;
  readonly ring: RingName;
  readonly packageKey: string;
  /** For a person: what was expected and what is there. */
  readonly what: string;
  readonly status: 'DETECTED' | 'REMEDIATED' | 'RESOLVED' | 'MANUAL_REVIEW' | 'CAB_ESCALATION';
  readonly attempts: number;
  /** ISO 8601, UTC. When the last attempt began. */
  readonly attemptedAt?: string;
  /** Why somebody was told of it; told once. */
  readonly alert?: string;
  readonly detectedAt: string;
  readonly updatedAt: string;
  readonly correlationId: string;
}

export interface ReconcileReport {
  /** Intents looked at. */
  readonly intents: number;
  /** Orders (intent × ring × plane) compared. */
  readonly orders: number;
  readonly drift: readonly Drift[];
  /** What could not be compared, with why: a plane that does not answer, or one order on it. It is looked at again later. */
  readonly unreachable: readonly { readonly plane: string; readonly what: string }[];
}

export interface Approval {
  readonly id: string;
  readonly correlationId: string;
  readonly plane: string;
  readonly intentId: string;
  readonly ring: RingName;
  readonly packageKey: string;
  readonly riskScore: number;
  readonly reasons: readonly string[];
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly status: 'WAITING' | 'APPROVED' | 'REJECTED';
  readonly decidedBy?: string;
  readonly note?: string;
}

export interface ListRequest {
  readonly after?: string;
  readonly limit?: number;
}

/**
 * The engine as a library. Every writing call names its actor and may be repeated: the second call finds the work done.
 * Asking is instant; the work is done by {@link Hub.work}.
 */
export interface Hub {
  /** @throws EucoraError `ARTIFACT_MISMATCH` */
  addArtifact(
    bytes: AsyncIterable<Uint8Array>,
    expected?: { readonly sha256?: Sha256; readonly size?: number },
  ): Promise<BlobInfo>;
  artifact(sha256: Sha256): Promise<AsyncIterable<Uint8Array>>;

  /** @throws EucoraError `ARTIFACT_NOT_FOUND`, `ARTIFACT_MISMATCH` (size), `PACKAGE_EXISTS`, `INPUT_INVALID` */
  addPackage(pkg: Package, by: string): Promise<Package>;
  packages(request?: ListRequest): Promise<ViewPage<Package>>;

  /** @throws EucoraError `PACKAGE_NOT_FOUND`, `PLANE_UNKNOWN`, `PLATFORM_MISMATCH`, `RING_NOT_IN_INTENT`, `INPUT_INVALID` */
  createIntent(intent: NewIntent, by: string): Promise<Intent>;
  /** @throws EucoraError `INTENT_NOT_FOUND` */
  intent(id: string): Promise<IntentView>;
  intents(request?: ListRequest & { readonly state?: IntentView['state'] }): Promise<ViewPage<IntentView>>;

  /** Evidence, risk, gates and the planes' operations; writes nothing anywhere. */
  plan(intentId: string, request: PublishRequest, by: string): Promise<Plan>;

  /**
   * Records the request and its runs; a worker does them.
   *
   * @throws EucoraError `DUPLICATE_REQUEST` (details: `rollout`), `IDEMPOTENCY_CONFLICT`, `RING_NOT_READY` (details: `gates`),
   *   `RING_NOT_IN_INTENT`, `PLANE_UNKNOWN`
   */
  publish(intentId: string, request: PublishRequest, by: string): Promise<Rollout>;
  /** {@link publish} for the ring after the last settled one. */
  promote(intentId: string, request: Pick<PublishRequest, 'correlationId'>, by: string): Promise<Rollout>;
  /** Stops what has not ended. @throws EucoraError `RUN_FINISHED` */
  halt(intentId: string, request: { readonly reason: string }, by: string): Promise<readonly Rollout[]>;
  /** Takes a publish back, under its own correlation id. @throws EucoraError `RUN_NOT_FOUND`, `NOT_ROLLED_OUT`, `DUPLICATE_REQUEST` */
  rollback(
    intentId: string,
    request: { readonly correlationId: string; readonly reason: string },
    by: string,
  ): Promise<Rollout>;
  /** @throws EucoraError `RUN_NOT_FOUND` */
  status(correlationId: string): Promise<Rollout>;

  /** Compares now, remediates where policy allows, records what it found. */
  reconcile(request: { readonly intentId?: string }, by: string): Promise<ReconcileReport>;
  drift(request?: ListRequest & { readonly status?: Drift['status'] }): Promise<ViewPage<Drift>>;

  approvals(request?: ListRequest & { readonly status?: Approval['status'] }): Promise<ViewPage<Approval>>;
  /** @throws EucoraError `APPROVAL_NOT_FOUND`, `SELF_APPROVAL` */
  approve(id: string, request: { readonly note?: string }, by: string): Promise<Approval>;
  reject(id: string, request: { readonly note: string }, by: string): Promise<Approval>;

  /** The manifest of an evidence pack. @throws EucoraError `EVIDENCE_NOT_FOUND` */
  evidence(digest: Sha256): Promise<unknown>;

  events(request: ReadAll): Promise<readonly StoredEvent[]>;
  /** Recomputes every link. Memory stays flat. */
  verify(): Promise<{ readonly events: number; readonly head: string; readonly broken?: ChainBreak }>;

  /** Does what is due until the signal ends; then lets go, leaving runs resumable. */
  work(options: { readonly signal: AbortSignal; readonly concurrency?: number }): Promise<void>;
  /** Does everything that is due now, in this call, and returns: for scripts and tests. */
  settle(): Promise<void>;
}
