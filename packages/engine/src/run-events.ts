import type {
  Compliance,
  EvidenceItem,
  GateFacts,
  Operation,
  Package,
  PlaneRequestRecord,
  Quorum,
  Refs,
  RingName,
  RiskAssessment,
  RiskClass,
  Sha256,
} from '@eucora/sdk';
import type { NewEvent } from './ports/event-store.js';
import type { RunError, RunKind, StepName, Verdict } from './run.js';

/** What a stream `{kind}:{correlation id}` begins with, once: the claim of the correlation id. */
export interface RolloutRequested extends Asking {
  readonly intentId: string;
  readonly ring: RingName;
  readonly planes: readonly string[];
  /** SHA-256 over what was asked, to tell a repeat from another request. */
  readonly requestHash: Sha256;
  /** Rollback only. */
  readonly reason?: string;
}

/** How a publish was asked for, beyond what is asked. */
export interface Asking {
  readonly agent?: { readonly riskClass: RiskClass };
  readonly emergency?: { readonly reason: string };
  readonly signedPlan?: Sha256;
}

type OperationName = Pick<Operation, 'key' | 'kind' | 'phase' | 'summary'>;

/** Everything that can happen to a run, in its stream `{kind}:{correlation id}:{plane}`. */
export interface RunEvents {
  RUN_QUEUED: Asking & {
    readonly intentId: string;
    readonly ring: RingName;
    readonly plane: string;
    readonly previous?: Package;
    readonly reason?: string;
  };
  PREFLIGHT_PASSED: { readonly detail: string; readonly latencyMs: number };
  EVIDENCE_GATHERED: {
    readonly digest: Sha256;
    readonly plan?: Sha256;
    readonly items: readonly Pick<EvidenceItem, 'kind' | 'provider' | 'absent'>[];
  };
  RISK_ASSESSED: RiskAssessment;
  /** `approved`: the approval that they ask for is there. */
  GATES_JUDGED: { readonly verdicts: readonly Verdict[]; readonly approved?: true };
  APPROVAL_REQUESTED: {
    readonly approvalId: string;
    readonly reasons: readonly string[];
    readonly quorum: Quorum;
    readonly digests: GateFacts['digests'];
    /** ISO 8601, UTC. */
    readonly expiresAt: string;
  };
  /** One yes of several. The last is {@link RunEvents.APPROVAL_GRANTED}. */
  APPROVAL_GIVEN: { readonly approvalId: string; readonly by: string; readonly note?: string };
  APPROVAL_GRANTED: { readonly approvalId: string; readonly by: string; readonly note?: string };
  APPROVAL_REJECTED: { readonly approvalId: string; readonly note: string };
  /** It was given to something else than there is now. */
  APPROVAL_VOIDED: { readonly approvalId: string; readonly what: string };
  PACK_SEALED: { readonly digest: Sha256 };
  RUN_ADMITTED: { readonly devices?: number };
  OPERATION_STARTED: OperationName;
  OPERATION_DONE: OperationName & { readonly refs: Refs };
  PACKAGE_PUBLISHED: { readonly operations: number };
  ASSIGNMENT_CREATED: { readonly operations: number };
  TAKEN_BACK: { readonly operations: number };
  COMPLIANCE_OBSERVED: Compliance;
  THRESHOLD_REACHED: { readonly compliance: Compliance; readonly threshold: number };
  PLANE_REQUESTED: { readonly requests: readonly PlaneRequestRecord[] };
  STEP_FAILED: { readonly step: StepName; readonly error: RunError };
  RUN_SETTLED: { readonly compliance?: Compliance };
  RUN_REFUSED: { readonly error: RunError };
  RUN_HALTED: { readonly reason: string; readonly error?: RunError };
  RUN_FAILED: { readonly error: RunError };
  RUN_ROLLED_BACK: { readonly to?: string };
}

export type RunEventType = keyof RunEvents;

export type RunEvent = {
  [Type in RunEventType]: { readonly type: Type; readonly data: RunEvents[Type] };
}[RunEventType];

export const happened = <Type extends RunEventType>(type: Type, data: RunEvents[Type]): RunEvent =>
  ({ type, data }) as RunEvent;

export const rolloutStream = (kind: RunKind, correlationId: string): string => `${kind}:${correlationId}`;

/** Also the key of the run's job. */
export const runStream = (kind: RunKind, correlationId: string, plane: string): string =>
  `${kind}:${correlationId}:${plane}`;

/** The parts of a {@link runStream}; correlation ids and connector ids hold no colon. */
export function parseRunStream(stream: string): { kind: RunKind; correlationId: string; plane: string } | undefined {
  const [kind, correlationId, plane, ...rest] = stream.split(':');
  if ((kind !== 'publish' && kind !== 'rollback') || !correlationId || !plane || rest.length > 0) return undefined;
  return { kind, correlationId, plane };
}

export const stamped = (events: readonly RunEvent[], correlationId: string, actor: string): NewEvent[] =>
  events.map(({ type, data }) => ({ type, data, correlationId, actor }));
