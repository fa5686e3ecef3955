import {
  canonicalJson,
  canPlan,
  packageKey,
  sha256Hex,
  signPlan,
  type ExecutionPlane,
  type Context,
  type Intent,
  type Operation,
  type Order,
  type PlanContent,
  type PlaneOperations,
  type PlannedOperation,
  type SignedPlan,
} from '@eucora/sdk';
import { requirePlaneFor, type Catalogue } from '../catalogue.js';
import { contextFor } from '../contexts.js';
import { collectEvidence } from '../evidence/collect.js';
import type { Plan, PlannedRun, PublishRequest } from '../hub.js';
import { freshId } from '../ids.js';
import { orderOf } from '../orders.js';
import type { Parts } from '../parts.js';
import { factsFor } from '../policy/facts.js';
import { judgeAll, strictest } from '../policy/gates.js';
import { assessRisk } from '../policy/risk.js';
import { trackRecord } from '../policy/track-record.js';
import { planesFor } from '../rollouts.js';
import { toStored } from '../wire-names.js';
import { runPlanOf } from './run-plan.js';

/** The first half of a publish, and what each plane would do. Nothing here can write: the context is read-only. */
export async function planPublish(
  parts: Parts,
  catalogue: Catalogue,
  intent: Intent,
  request: PublishRequest,
  by: string,
): Promise<Plan> {
  const now = parts.clock.now();
  const ring = request.ring ?? intent.rings[0]!.ring;
  const correlationId = request.correlationId ?? freshId(now);
  const ctx = contextFor(parts, { correlationId, actor: by, readOnly: true });

  const planRun = async (id: string): Promise<PlannedRun & { readonly order: Order }> => {
    const pkg = await catalogue.packageFor(intent, id);
    requirePlaneFor(parts, id, pkg);
    const order = orderOf(intent, pkg, ring, id, correlationId);
    const { plane } = parts.planes.get(id)!;
    const known = { ...order, package: await catalogue.documented(pkg) };
    const evidence = await collectEvidence(parts, ctx, known);
    const record = await trackRecord(parts, { order, requestedAt: now.toISOString() });
    const risk = assessRisk({ order: known, evidence, ...record }, parts.riskWeights);
    const runPlan = await runPlanOf(plane, ctx, {
      intent,
      order,
      ...(record.previous && { previous: record.previous }),
    });
    const digest = (value: object) => sha256Hex(canonicalJson(toStored(value)));
    const { facts } = await factsFor(parts, catalogue, {
      order,
      intent,
      evidence,
      risk,
      requester: { subject: by, ...(request.agent && { agent: request.agent }) },
      ...(request.emergency && { emergency: request.emergency }),
      digests: { evidence: digest({ order: known, items: evidence }), plan: digest(runPlan) },
      approvals: [],
    });
    return {
      plane: id,
      order,
      evidence: evidence.map(({ kind, provider, absent }) => ({ kind, provider, ...(absent && { absent }) })),
      risk,
      verdicts: await judgeAll(parts, ctx, facts),
      ...(runPlan.operations && { operations: runPlan.operations }),
    };
  };

  const planned = await Promise.all(planesFor(intent, ring, request.planes).map(planRun));
  const decision = strictest(planned.flatMap(({ verdicts }) => verdicts.map((verdict) => verdict.decision)));
  const asked = { correlation_id: correlationId, intent_id: intent.id, ring, created_by: by, at: now };
  const signed = await signedPlanOf(parts, ctx, asked, planned);
  const runs = planned.map(({ order, ...run }): PlannedRun => run);
  return {
    correlationId,
    intentId: intent.id,
    ring,
    runs,
    decision,
    createdAt: now.toISOString(),
    ...(signed && { signed }),
  };
}

type AskedPlan = Pick<PlanContent, 'correlation_id' | 'intent_id' | 'ring' | 'created_by'>;

/** What `publish` can be held to. Nothing when one of the planes cannot plan. */
async function signedPlanOf(
  parts: Parts,
  ctx: Context,
  asked: AskedPlan & { readonly at: Date },
  runs: readonly { readonly plane: string; readonly order: Order; readonly operations?: readonly Operation[] }[],
): Promise<SignedPlan | undefined> {
  if (runs.some(({ plane }) => !canPlan(parts.planes.get(plane)!.plane))) return undefined;
  const planes = await Promise.all(
    runs.map(({ plane, order, operations = [] }) =>
      planeOperations(parts.planes.get(plane)!.plane, ctx, order, operations),
    ),
  );
  const { at, ...plan } = asked;
  const created_at = at.toISOString();
  const expires_at = new Date(at.getTime() + parts.settings.planValidMs).toISOString();
  return signPlan({ schema: 'eucora.signed-plan/1', ...plan, created_at, expires_at, planes }, parts.signer);
}

async function planeOperations(
  plane: ExecutionPlane,
  ctx: Context,
  order: Order,
  operations: readonly Operation[],
): Promise<PlaneOperations> {
  const held = await plane.queryState(ctx, { order });
  const state = sha256Hex(canonicalJson(held));
  const planned = operations.map((operation, at): PlannedOperation => ({
    ...operation,
    precondition: { state, after: operations.slice(0, at).map(({ key }) => key) },
    ...(operation.writes && { cost: operation.writes.length }),
  }));
  return { plane: order.plane, package_key: packageKey(order.package), state: { ...held }, operations: planned };
}
