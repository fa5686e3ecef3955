import type { Doubt, GateFacts, GivenApproval, Order, Quorum, Refs } from '@eucora/sdk';
import type { StoredEvent } from './ports/event-store.js';
import type { Run, RunKind, StepName } from './run.js';
import type { RunEvent, RunEvents } from './run-events.js';

/** A run with what only the engine needs to go on with it. */
export interface RunState extends Run {
  /** Version of the stream that this was folded from. */
  readonly version: number;
  readonly refs: Refs;
  readonly doubts: readonly Doubt[];
  readonly approval?: AskedApproval;
  /** Approvals that were asked for so far. */
  readonly asked: number;
  /** ISO 8601. When the plane was aimed at the devices: the time to compliance runs from here. */
  readonly assignedAt?: string;
  readonly admitted: boolean;
}

/** The approval that the run waits for, or was given. */
export interface AskedApproval {
  readonly id: string;
  readonly decision?: 'granted' | 'rejected';
  readonly given: readonly GivenApproval[];
  readonly quorum: Quorum;
  readonly digests: GateFacts['digests'];
  readonly expiresAt: string;
}

type Change = Partial<RunState>;

const toStep = (step: StepName, status: Run['status'] = 'IN_PROGRESS'): Change => ({ step, status, failures: 0 });

const ended = (status: Run['status'], at: string, change: Change = {}): Change => ({
  ...change,
  status,
  step: undefined,
  endedAt: at,
});

/** What each event does to a run. The order of the steps stands here, and nowhere else. */
const APPLY: { [Type in keyof RunEvents]: (run: RunState, data: RunEvents[Type], at: string) => Change } = {
  RUN_QUEUED: () => ({}),
  PREFLIGHT_PASSED: (run) => toStep(run.kind === 'rollback' ? 'publish' : 'gather'),
  EVIDENCE_GATHERED: (_, { digest, plan }) => ({ ...toStep('assess'), evidence: digest, ...(plan && { plan }) }),
  RISK_ASSESSED: (_, risk) => ({ ...toStep('judge'), risk }),
  GATES_JUDGED: (_, { verdicts, approved }) => ({
    ...toStep(!approved && verdicts.some(({ decision }) => decision === 'needs_approval') ? 'await' : 'admit'),
    verdicts,
  }),
  APPROVAL_REQUESTED: (run, { approvalId, quorum, digests, expiresAt }) => ({
    ...toStep('await', 'AWAITING_APPROVAL'),
    approval: { id: approvalId, given: [], quorum, digests, expiresAt },
    asked: run.asked + 1,
  }),
  APPROVAL_GIVEN: (run, given, at) => ({ approval: withYes(run, given, at) }),
  // What was approved may have changed while it waited: it is found out and judged again.
  APPROVAL_GRANTED: (run, given, at) => ({
    ...toStep('gather'),
    approval: { ...withYes(run, given, at), decision: 'granted' },
  }),
  APPROVAL_REJECTED: (run) => ({ ...toStep('await'), approval: { ...run.approval!, decision: 'rejected' } }),
  APPROVAL_VOIDED: () => ({ approval: undefined }),
  PACK_SEALED: (_, { digest }) => ({ pack: digest }),
  RUN_ADMITTED: () => ({ ...toStep('publish'), admitted: true }),
  OPERATION_STARTED: (run, { key, kind }, at) => ({
    doubts: [...run.doubts.filter((doubt) => doubt.key !== key), { key, kind, startedAt: at }],
  }),
  OPERATION_DONE: (run, { refs, ...operation }, at) => ({
    doubts: run.doubts.filter(({ key }) => key !== operation.key),
    refs: { ...run.refs, ...refs },
    operations: [...run.operations, { ...operation, at }],
    failures: 0,
  }),
  PACKAGE_PUBLISHED: () => toStep('assign'),
  ASSIGNMENT_CREATED: (_, __, at) => ({ ...toStep('observe', 'OBSERVING'), assignedAt: at }),
  TAKEN_BACK: () => toStep('settle'),
  COMPLIANCE_OBSERVED: (_, compliance) => ({ compliance, failures: 0 }),
  THRESHOLD_REACHED: (_, { compliance }) => ({ ...toStep('settle', 'OBSERVING'), compliance }),
  PLANE_REQUESTED: () => ({}),
  STEP_FAILED: (run, { error }) => ({ failures: run.failures + 1, lastError: error }),
  RUN_SETTLED: (_, __, at) => ended('SETTLED', at),
  RUN_REFUSED: (_, { error }, at) => ended('REFUSED', at, { lastError: error, reason: error.what }),
  RUN_HALTED: (run, { reason, error }, at) => ended('HALTED', at, { reason, lastError: error ?? run.lastError }),
  RUN_FAILED: (_, { error }, at) => ended('FAILED', at, { lastError: error, reason: error.what }),
  RUN_ROLLED_BACK: (_, { to }, at) => ended('ROLLED_BACK', at, { reason: to ? `back to ${to}` : 'taken off' }),
};

const withYes = (run: RunState, { by, note }: RunEvents['APPROVAL_GIVEN'], at: string): AskedApproval => ({
  ...run.approval!,
  given: [...run.approval!.given, { by, at, ...(note && { note }) }],
});

/** The present of a run, from its past. @param order follows from the first event and what intents and packages say */
export function foldRun(kind: RunKind, order: Order, events: readonly StoredEvent[]): RunState {
  const first = events[0]!;
  const { previous, reason, agent, emergency, signedPlan } = first.data as Partial<RunEvents['RUN_QUEUED']>;
  const start: RunState = {
    kind,
    correlationId: order.correlationId,
    plane: order.plane,
    order,
    ...(previous && { previous }),
    ...(reason && { reason }),
    ...(agent && { agent }),
    ...(emergency && { emergency }),
    ...(signedPlan && { signedPlan }),
    status: 'QUEUED',
    step: 'preflight',
    verdicts: [],
    operations: [],
    failures: 0,
    requestedBy: first.actor,
    requestedAt: first.createdAt,
    updatedAt: first.createdAt,
    version: 0,
    refs: {},
    doubts: [],
    asked: 0,
    admitted: kind === 'rollback',
  };
  return events.reduce<RunState>(applyEvent, start);
}

/** What may still be told of a run that has ended: facts from the plane, and that it was taken back. */
const AFTER_THE_END: ReadonlySet<string> = new Set(['OPERATION_STARTED', 'OPERATION_DONE', 'RUN_ROLLED_BACK']);

export function applyEvent(
  run: RunState,
  event: Pick<StoredEvent, 'type' | 'data' | 'version' | 'createdAt'>,
): RunState {
  const { type, data } = event as unknown as RunEvent;
  if (run.endedAt && !AFTER_THE_END.has(type)) return { ...run, version: event.version };
  const apply = APPLY[type] as ((run: RunState, data: unknown, at: string) => Change) | undefined;
  // A later version may know more events than this one; they are kept, and change nothing here.
  const change = apply?.(run, data, event.createdAt) ?? {};
  return { ...run, ...change, version: event.version, updatedAt: event.createdAt };
}

/** What others get to see of it. */
export function publicRun({ version, refs, doubts, approval, asked, assignedAt, admitted, ...run }: RunState): Run {
  return run;
}
