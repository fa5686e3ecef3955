import {
  canonicalJson,
  EucoraError,
  requireSigned,
  sha256Hex,
  type Intent,
  type PlanContent,
  type PlaneOperations,
  type Sha256,
  type SignedPlan,
} from '@eucora/sdk';
import { putDocument, readDocument } from '../evidence/documents.js';
import type { RunState } from '../fold.js';
import type { PublishRequest } from '../hub.js';
import type { Parts } from '../parts.js';

const isPlan = ({ schema }: { readonly schema?: unknown }) => schema === 'eucora.signed-plan/1';

/** What a publish with a plan is: everything but the intent stands in the plan. */
export interface PlannedRequest {
  readonly request: PublishRequest;
  readonly digest: Sha256;
  readonly content: PlanContent;
}

/**
 * Checks the signature and that the plan is for this request. Whether it is still in time is for {@link requireInTime}: a repeat of what was
 * applied must find its outcome, also later.
 *
 * @throws EucoraError `PLAN_INVALID`
 */
export function openPlan(parts: Parts, intent: Intent, plan: SignedPlan, request: PublishRequest): PlannedRequest {
  const content = requireSigned(plan, parts.trustedKeys);
  const planes = content.planes.map((each) => each.plane).sort();
  const others = [
    ...(content.intent_id === intent.id ? [] : [`it is for intent ${content.intent_id}`]),
    ...(request.ring === undefined || request.ring === content.ring ? [] : [`it is for ring ${content.ring}`]),
    ...(request.correlationId === undefined || request.correlationId === content.correlation_id
      ? []
      : [`it is applied under ${content.correlation_id}`]),
    ...(request.planes === undefined || canonicalJson([...request.planes].sort()) === canonicalJson(planes)
      ? []
      : [`it is for ${planes.join(', ')}`]),
  ];
  if (others.length > 0) throw new EucoraError('PLAN_INVALID', { what: `the plan is another: ${others.join('; ')}` });
  const { ring, correlation_id: correlationId } = content;
  return { content, digest: sha256Hex(canonicalJson(content)), request: { ...request, ring, correlationId, planes } };
}

/** @throws EucoraError `PLAN_EXPIRED` */
export function requireInTime({ expires_at }: Pick<PlanContent, 'expires_at'>, now: Date): void {
  if (now.getTime() < Date.parse(expires_at)) return;
  throw new EucoraError('PLAN_EXPIRED', { what: `the plan could be applied until ${expires_at}` });
}

export const storePlan = (parts: Parts, content: PlanContent): Promise<Sha256> => putDocument(parts, content);

/** What the signed plan of a run says for its plane; nothing for a run without one. */
export async function planFor(
  parts: Parts,
  { signedPlan, plane }: Pick<RunState, 'signedPlan' | 'plane'>,
): Promise<(PlaneOperations & Pick<PlanContent, 'expires_at'>) | undefined> {
  if (!signedPlan) return undefined;
  const content = (await readDocument(parts, signedPlan, isPlan)) as unknown as PlanContent;
  const own = content.planes.find((each) => each.plane === plane);
  return own && { ...own, expires_at: content.expires_at };
}
