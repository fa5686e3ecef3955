import { path } from './client.js';
import type { Answer, Session } from './command.js';
import type { ApprovalView } from './wire.js';

/** Answers a waiting approval. */
export async function decide(
  session: Session,
  id: string,
  answer: 'approve' | 'reject',
  body: {
    readonly note: string | undefined;
    readonly evidence_digest?: string | undefined;
    readonly plan_digest?: string | undefined;
  },
): Promise<Answer> {
  const client = await session.client();
  const request = answer === 'approve' ? path`/api/approvals/${id}/approve/` : path`/api/approvals/${id}/reject/`;
  const approval = await client.request<ApprovalView>({ method: 'POST', path: request, body });
  const { status, package_key, plane, ring, correlation_id, given, needed } = approval;
  const stand = status === 'WAITING' ? `${given.length} of ${needed} have approved` : status;
  return {
    document: approval,
    text: () => `${stand}: ${package_key} to ${ring} on ${plane}\n-> eucora status ${correlation_id} --watch`,
  };
}
