import type {
  Compliance,
  Decision,
  ErrorClass,
  Operation,
  Order,
  Package,
  Quorum,
  RiskClass,
  RingName,
  RiskAssessment,
  Sha256,
} from '@eucora/sdk';

/** The steps of a run, in order. Each is a file under `steps/`. */
export const STEPS = [
  'preflight',
  'gather',
  'assess',
  'judge',
  'await',
  'admit',
  'publish',
  'assign',
  'observe',
  'settle',
] as const;

export type StepName = (typeof STEPS)[number];

export type RunStatus =
  /** Accepted, not looked at yet. */
  | 'QUEUED'
  | 'IN_PROGRESS'
  /** A gate asks for approval. Costs nothing until somebody answers. */
  | 'AWAITING_APPROVAL'
  /** The plane has it; devices are checking in. */
  | 'OBSERVING'
  /** Ended: the ring met its threshold; for a rollback: the plane is back. */
  | 'SETTLED'
  /** Ended: a gate or an approver said no before anything was written. */
  | 'REFUSED'
  /** Ended: stopped by a person or by a missed threshold; what is on the plane stays. */
  | 'HALTED'
  /** Ended: taken back. */
  | 'ROLLED_BACK'
  /** Ended: cannot be done; the last error says why. */
  | 'FAILED';

export const ENDED: ReadonlySet<RunStatus> = new Set(['SETTLED', 'REFUSED', 'HALTED', 'ROLLED_BACK', 'FAILED']);

export interface RunError {
  readonly code: string;
  readonly errorClass: ErrorClass;
  readonly statusCode: number;
  readonly what: string;
  readonly remedy: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface Verdict {
  readonly gate: string;
  readonly decision: Decision;
  readonly reasons: readonly string[];
  /** With `needs_approval`: whose yes it takes. */
  readonly approval?: Quorum;
  /** Ids of the waivers that it took. */
  readonly waived?: readonly string[];
}

/** An operation that was done on the plane. */
export interface DoneOperation extends Pick<Operation, 'key' | 'kind' | 'phase' | 'summary'> {
  readonly at: string;
}

export type RunKind = 'publish' | 'rollback';

/** One intent, one ring, one plane. A fold of its stream. */
export interface Run {
  readonly kind: RunKind;
  readonly correlationId: string;
  readonly plane: string;
  readonly order: Order;
  /** Rollback only: what it goes back to; absent when it goes back to nothing. */
  readonly previous?: Package;
  readonly status: RunStatus;
  /** The step to do next; absent once ended. */
  readonly step?: StepName;
  /** Digest of what was found out about the package: this is what approvers and gates judge by. */
  readonly evidence?: Sha256;
  /** Digest of what will be done, see {@link RunPlan}. */
  readonly plan?: Sha256;
  /** Digest of the signed plan that the publish came with: it does exactly what stands there. */
  readonly signedPlan?: Sha256;
  /** Digest of the evidence pack, sealed when the run was let through. */
  readonly pack?: Sha256;
  /** The requester is an agent, and this is how its action is classed. */
  readonly agent?: { readonly riskClass: RiskClass };
  readonly emergency?: { readonly reason: string };
  readonly risk?: RiskAssessment;
  readonly verdicts: readonly Verdict[];
  readonly operations: readonly DoneOperation[];
  readonly compliance?: Compliance;
  readonly lastError?: RunError;
  /** Why it was halted, refused or rolled back, for a person. */
  readonly reason?: string;
  /** Tries of the present step that failed in a row. */
  readonly failures: number;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly updatedAt: string;
  readonly endedAt?: string;
}

/** The runs that one request started. */
export interface Rollout {
  readonly kind: RunKind;
  readonly correlationId: string;
  readonly intentId: string;
  readonly ring: RingName;
  /** The least advanced of its runs, failures first. */
  readonly status: RunStatus;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly runs: readonly Run[];
  /** The rollback of this publish, if there was one. Same correlation id. */
  readonly rollback?: Rollout;
}
