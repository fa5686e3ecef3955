import { EucoraError, type GateFacts } from '@eucora/sdk';
import type { Catalogue } from '../catalogue.js';
import type { Approval } from '../hub.js';
import { loadRun } from '../load-run.js';
import type { Parts } from '../parts.js';
import { PRIORITY } from '../ports/queue.js';
import type { ViewWrite } from '../ports/views.js';
import { isConflict } from '../conflict.js';
import { happened, runStream, stamped } from '../run-events.js';
import { isSamePerson } from './hands.js';

export interface ApprovalDecision {
  readonly decision: 'approve' | 'reject';
  readonly note?: string | undefined;
  readonly by: string;
  /** The verified subject is an agent. */
  readonly byAgent?: boolean | undefined;
  /** What the approver looked at, where that is said: nothing else is approved then. */
  readonly digests?: Partial<GateFacts['digests']> | undefined;
}

/** Records somebody's answer and wakes the run. A second answer of the same hand finds the first. */
export async function decide(
  parts: Parts,
  catalogue: Catalogue,
  id: string,
  answer: ApprovalDecision,
): Promise<Approval> {
  const approval = await parts.storage.views.get<Approval>('approvals', id);
  if (!approval) throw new EucoraError('APPROVAL_NOT_FOUND', { what: `there is no approval ${id}` });
  if (isDoneBy(approval, answer)) return approval;
  refuseUnlessWaiting(approval, parts.clock.now());
  refuseHand(approval, answer);
  refuseOtherDigests(approval, answer);

  const { correlationId, plane } = approval;
  const run = await loadRun(parts, catalogue, { kind: 'publish', correlationId, plane });
  if (run.endedAt || run.approval?.id !== id) {
    const what = run.endedAt ? `its run was ${run.status}` : 'another was asked for in its place';
    throw new EucoraError('APPROVAL_NOT_FOUND', { what: `approval ${id} is no longer waited for: ${what}` });
  }
  const { by, note } = answer;
  const given = [...approval.given, { by, at: parts.clock.now().toISOString(), ...(note && { note }) }];
  const isEnough = given.length >= approval.needed;
  const said = { approvalId: id, by, ...(note && { note }) };
  const event =
    answer.decision === 'reject'
      ? happened('APPROVAL_REJECTED', { approvalId: id, note: note ?? '' })
      : happened(isEnough ? 'APPROVAL_GRANTED' : 'APPROVAL_GIVEN', said);
  const decided: Approval =
    answer.decision === 'reject'
      ? { ...approval, status: 'REJECTED', decidedBy: by, ...(note && { note }) }
      : { ...approval, given, ...(isEnough && { status: 'APPROVED' as const, decidedBy: by, ...(note && { note }) }) };
  const stream = runStream('publish', correlationId, plane);
  try {
    await parts.storage.events.append({
      writes: [{ stream, expectedVersion: run.version, events: stamped([event], correlationId, by) }],
      jobs: decided.status === 'WAITING' ? [] : [{ key: stream, priority: PRIORITY.publish }],
      views: [{ collection: 'approvals', id, body: { ...decided } }],
    });
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    return decide(parts, catalogue, id, answer);
  }
  return decided;
}

function isDoneBy({ status, given, decidedBy }: Approval, { decision, by }: ApprovalDecision): boolean {
  if (decision === 'reject') return status === 'REJECTED' && decidedBy === by;
  return (status === 'WAITING' || status === 'APPROVED') && given.some((yes) => isSamePerson(yes.by, by));
}

function refuseUnlessWaiting({ id, status, decidedBy, note, expiresAt }: Approval, now: Date): void {
  if (status === 'WAITING' && Date.parse(expiresAt) > now.getTime()) return;
  if (status === 'WAITING' || status === 'EXPIRED')
    throw new EucoraError('APPROVAL_EXPIRED', { what: `approval ${id} could be given until ${expiresAt}` });
  const why = status === 'VOID' ? `is void: ${note ?? 'its run has ended'}` : `was ${status} by ${decidedBy}`;
  throw new EucoraError('APPROVAL_NOT_FOUND', { what: `approval ${id} ${why}` });
}

/** SPEC section 3: packaging, publishing and approving are three hands, and none of an agent's. */
function refuseHand({ id, requestedBy, packagedBy, from }: Approval, { by, byAgent }: ApprovalDecision): void {
  if (isSamePerson(requestedBy, by))
    throw new EucoraError('SELF_APPROVAL', { what: `${by} asked for approval ${id} and cannot answer it` });
  const notAllowed = (why: string) =>
    new EucoraError('APPROVER_NOT_ALLOWED', { what: `${by} cannot answer approval ${id}: ${why}` });
  if (byAgent) throw notAllowed('an agent never approves');
  if (isSamePerson(packagedBy, by)) throw notAllowed('the package is by the same hand');
  if (from && !from.some((one) => isSamePerson(one, by)))
    throw notAllowed(`it is for ${from.join(', ') || 'nobody'} to answer`);
}

function refuseOtherDigests({ id, evidenceDigest, planDigest }: Approval, { digests }: ApprovalDecision): void {
  const stale = [
    ...(digests?.evidence && digests.evidence !== evidenceDigest ? [`its evidence is ${evidenceDigest}`] : []),
    ...(digests?.plan && digests.plan !== planDigest ? [`its plan is ${planDigest}`] : []),
  ];
  if (stale.length > 0)
    throw new EucoraError('APPROVAL_STALE', { what: `approval ${id} is for something else: ${stale.join(', ')}` });
}

/** The row of an approval with a change, to be written beside the event that it follows from. */
export async function approvalWrite(parts: Parts, id: string, change: Partial<Approval>): Promise<ViewWrite[]> {
  const approval = await parts.storage.views.get<Approval>('approvals', id);
  return approval ? [{ collection: 'approvals', id, body: { ...approval, ...change } }] : [];
}
