import { packageKey, EucoraError } from '@eucora/sdk';
import { reasonsOf } from '../gates.js';
import type { Approval } from '../hub.js';
import { runErrorOf } from '../run-error.js';
import { happened, runStream } from '../run-events.js';
import type { Step } from './step.js';

/** Asks once, then costs nothing: the answer puts the run's job again. */
export const awaitApproval: Step = async ({ parts, run }) => {
  const { state } = run;
  if (state.approval?.decision === 'rejected') {
    const error = new EucoraError('APPROVAL_REJECTED', { what: `approval ${state.approval.id} was rejected` });
    return { events: [happened('RUN_REFUSED', { error: runErrorOf(error, parts.clock.now()) })] };
  }
  if (state.approval) return { events: [], wait: 'called' };

  const reasons = reasonsOf(state.verdicts, 'needs_approval');
  const approval: Approval = {
    id: runStream(state.kind, state.correlationId, state.plane).replaceAll(':', '.'),
    correlationId: state.correlationId,
    plane: state.plane,
    intentId: state.order.intentId,
    ring: state.order.ring,
    packageKey: packageKey(state.order.package),
    riskScore: state.risk?.score ?? 0,
    reasons,
    requestedBy: state.requestedBy,
    requestedAt: parts.clock.now().toISOString(),
    status: 'WAITING',
  };
  return {
    events: [happened('APPROVAL_REQUESTED', { approvalId: approval.id, reasons })],
    beside: { writes: [], views: [{ collection: 'approvals', id: approval.id, body: { ...approval } }] },
    wait: 'called',
  };
};
