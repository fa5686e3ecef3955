import type {
  Criticality,
  Decision,
  EvidenceDocument,
  GateFacts,
  GivenApproval,
  Incident,
  Intent,
  IntentRing,
  Operation,
  Package,
  PackBlob,
  Purpose,
  RingName,
  RiskAssessment,
  RiskClass,
  Sha256,
  SignedPlan,
  Waiver,
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
  /** The requester is an agent: how its action is classed. */
  readonly agent?: { readonly riskClass: RiskClass };
  /** Declared by the requester, and recorded; what it opens is for the gates to say. */
  readonly emergency?: { readonly reason: string };
  /** Publish: do exactly what stands there. Ring, planes and correlation id are the plan's. */
  readonly plan?: SignedPlan;
}

export interface Plan {
  readonly correlationId: string;
  readonly intentId: string;
  readonly ring: RingName;
  readonly runs: readonly PlannedRun[];
  /** The strictest of the gates' answers over all runs. */
  readonly decision: Decision;
  readonly createdAt: string;
  /** To be applied as it is, by `publish`. Absent where a plane cannot plan. */
  readonly signed?: SignedPlan;
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
  /** People who must say yes. */
  readonly needed: number;
  /** Who may answer; absent: whoever holds the permission. */
  readonly from?: readonly string[];
  readonly given: readonly GivenApproval[];
  /** What a yes is given to. When either changes, it is void. */
  readonly evidenceDigest: Sha256;
  readonly planDigest: Sha256;
  readonly requestedBy: string;
  readonly packagedBy: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly status: 'WAITING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'VOID';
  /** Whose answer was the last that it took. */
  readonly decidedBy?: string;
  readonly note?: string;
}

export type NewWaiver = Omit<Waiver, 'id' | 'grantedBy' | 'grantedAt'>;

/** A waiver with what has become of it. */
export interface WaiverView extends Waiver {
  readonly status: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  /** ISO 8601, UTC. When a gate last let something pass because of it; absent: never. */
  readonly usedAt?: string;
  readonly revokedBy?: string;
}

/** A security incident about an application. While it is open, `gate-promotion` lets no later ring begin. */
export interface IncidentView extends Incident {
  /** Name of the application, without a version. */
  readonly packageName: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly closedBy?: string;
  readonly note?: string;
}

/** What is stored under a digest: what was found out for a run, or the sealed pack. */
export type StoredEvidence = Readonly<Record<string, unknown>>;

export interface ApproveRequest {
  readonly note?: string;
  /** What was looked at: a yes to nothing else. */
  readonly digests?: Partial<GateFacts['digests']>;
  /** The verified subject is an agent, and agents never approve. */
  readonly byAgent?: boolean;
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
  /** Adds a document to a package: a newer scan, a signature. @throws EucoraError `PACKAGE_NOT_FOUND`, `ARTIFACT_NOT_FOUND`, `INPUT_INVALID` */
  attach(packageKey: string, document: EvidenceDocument, by: string): Promise<Package>;

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
  promote(
    intentId: string,
    request: Pick<PublishRequest, 'correlationId' | 'agent' | 'emergency'>,
    by: string,
  ): Promise<Rollout>;
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
  /**
   * One yes. The run goes on when there are as many as it takes.
   *
   * @throws EucoraError `APPROVAL_NOT_FOUND`, `APPROVAL_EXPIRED`, `APPROVAL_STALE`, `SELF_APPROVAL`, `APPROVER_NOT_ALLOWED`
   */
  approve(id: string, request: ApproveRequest, by: string): Promise<Approval>;
  /** One no ends it. @throws EucoraError as {@link Hub.approve} */
  reject(
    id: string,
    request: Pick<ApproveRequest, 'byAgent'> & { readonly note: string },
    by: string,
  ): Promise<Approval>;

  /** @throws EucoraError `INPUT_INVALID` */
  grantWaiver(waiver: NewWaiver, by: string): Promise<WaiverView>;
  /** @throws EucoraError `WAIVER_NOT_FOUND` */
  revokeWaiver(id: string, request: { readonly reason: string }, by: string): Promise<WaiverView>;
  waivers(request?: ListRequest): Promise<ViewPage<WaiverView>>;

  reportIncident(incident: Pick<IncidentView, 'packageName' | 'what'>, by: string): Promise<IncidentView>;
  /** @throws EucoraError `INCIDENT_NOT_FOUND` */
  closeIncident(id: string, request: { readonly note: string }, by: string): Promise<IncidentView>;
  incidents(request?: ListRequest & { readonly status?: IncidentView['status'] }): Promise<ViewPage<IncidentView>>;

  /** A sealed pack's envelope, or what was found out for a run so far. @throws EucoraError `EVIDENCE_NOT_FOUND` */
  evidence(digest: Sha256): Promise<StoredEvidence>;
  /** The files of a pack. @throws EucoraError `EVIDENCE_NOT_FOUND` */
  evidenceFiles(digest: Sha256): Promise<readonly PackBlob[]>;
  /** PEM (SPKI) of the key that signs now, and of those before it. Packs are verified with these. */
  readonly publicKeys: readonly string[];

  events(request: ReadAll): Promise<readonly StoredEvent[]>;
  /** Recomputes every link. Memory stays flat. */
  verify(): Promise<{ readonly events: number; readonly head: string; readonly broken?: ChainBreak }>;

  /** Does what is due until the signal ends; then lets go, leaving runs resumable. */
  work(options: { readonly signal: AbortSignal; readonly concurrency?: number }): Promise<void>;
  /** Does everything that is due now, in this call, and returns: for scripts and tests. */
  settle(): Promise<void>;
}
