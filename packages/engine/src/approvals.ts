import { EucoraError } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import type { Approval } from './hub.js';
import { loadRun } from './load-run.js';
import type { Parts } from './parts.js';
import { PRIORITY } from './ports/queue.js';
import { isConflict } from './rollouts.js';
import { happened, runStream, stamped } from './run-events.js';

/** Records somebody's answer and wakes the run. The requester's own answer does not count. */
export async function decide(
  parts: Parts,
  catalogue: Catalogue,
  id: string,
  answer: { readonly status: 'APPROVED' | 'REJECTED'; readonly note: string | undefined; readonly by: string },
): Promise<Approval> {
  const approval = await parts.storage.views.get<Approval>('approvals', id);
  if (approval?.status === answer.status && approval.decidedBy === answer.by) return approval;
  if (approval?.status !== 'WAITING') {
    throw new EucoraError('APPROVAL_NOT_FOUND', {
      what: approval ? `approval ${id} was ${approval.status} by ${approval.decidedBy}` : `there is no approval ${id}`,
    });
  }
  if (approval.requestedBy === answer.by) {
    throw new EucoraError('SELF_APPROVAL', { what: `${answer.by} asked for approval ${id} and cannot answer it` });
  }
  const { correlationId, plane } = approval;
  const run = await loadRun(parts, catalogue, { kind: 'publish', correlationId, plane });
  const event =
    answer.status === 'APPROVED'
      ? happened('APPROVAL_GRANTED', { approvalId: id, ...(answer.note && { note: answer.note }) })
      : happened('APPROVAL_REJECTED', { approvalId: id, note: answer.note ?? '' });
  const decided: Approval = {
    ...approval,
    status: answer.status,
    decidedBy: answer.by,
    ...(answer.note && { note: answer.note }),
  };
  const stream = runStream('publish', correlationId, plane);
  try {
    await parts.storage.events.append({
      writes: [{ stream, expectedVersion: run.version, events: stamped([event], correlationId, answer.by) }],
      jobs: [{ key: stream, priority: PRIORITY.publish }],
      views: [{ collection: 'approvals', id, body: { ...decided } }],
    });
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    return decide(parts, catalogue, id, answer);
  }
  return decided;
}
