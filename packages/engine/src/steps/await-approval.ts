import { packageKey, EucoraError } from '@eucora/sdk';
import { approvalWrite } from '../policy/approvals.js';
import { quorumOf, reasonsOf } from '../policy/gates.js';
import type { Approval } from '../hub.js';
import { runErrorOf } from '../run-error.js';
import { happened, runStream } from '../run-events.js';
import type { Step } from './step.js';

const HOUR_MS = 3_600_000;

/** Asks once, then costs nothing: an answer puts the run's job again, and the end of the time does. */
export const awaitApproval: Step = async ({ parts, run, catalogue }) => {
  const { state } = run;
  const now = parts.clock.now();
  const refused = (code: 'APPROVAL_REJECTED' | 'APPROVAL_EXPIRED', what: string) =>
    happened('RUN_REFUSED', { error: runErrorOf(new EucoraError(code, { what }), now) });
  if (state.approval) {
    const { id, decision, expiresAt, given, quorum } = state.approval;
    if (decision === 'rejected') return { events: [refused('APPROVAL_REJECTED', `approval ${id} was rejected`)] };
    const leftMs = Date.parse(expiresAt) - now.getTime();
    if (leftMs > 0) return { events: [], wait: leftMs };
    const what = `approval ${id} had ${given.length} of ${quorum.needed} when its time ended at ${expiresAt}`;
    return {
      events: [refused('APPROVAL_EXPIRED', what)],
      beside: { writes: [], views: await approvalWrite(parts, id, { status: 'EXPIRED' }) },
    };
  }

  const reasons = reasonsOf(state.verdicts, 'needs_approval');
  const quorum = quorumOf(state.verdicts);
  const expiresAt = new Date(now.getTime() + quorum.validHours * HOUR_MS).toISOString();
  const digests = { evidence: state.evidence!, plan: state.plan! };
  const again = state.asked > 0 ? `.${state.asked + 1}` : '';
  const approval: Approval = {
    id: runStream(state.kind, state.correlationId, state.plane).replaceAll(':', '.') + again,
    correlationId: state.correlationId,
    plane: state.plane,
    intentId: state.order.intentId,
    ring: state.order.ring,
    packageKey: packageKey(state.order.package),
    riskScore: state.risk?.score ?? 0,
    reasons,
    needed: quorum.needed,
    ...(quorum.from && { from: quorum.from }),
    given: [],
    evidenceDigest: digests.evidence,
    planDigest: digests.plan,
    requestedBy: state.requestedBy,
    packagedBy: await catalogue.packagedBy(state.order.package),
    requestedAt: now.toISOString(),
    expiresAt,
    status: 'WAITING',
  };
  return {
    events: [happened('APPROVAL_REQUESTED', { approvalId: approval.id, reasons, quorum, digests, expiresAt })],
    beside: { writes: [], views: [{ collection: 'approvals', id: approval.id, body: { ...approval } }] },
    wait: quorum.validHours * HOUR_MS,
  };
};
