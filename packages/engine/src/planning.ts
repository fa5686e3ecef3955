import { canPlan, type Intent } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { contextFor } from './contexts.js';
import { collectEvidence } from './evidence.js';
import { judgeAll, strictest } from './gates.js';
import { previousRun } from './history.js';
import type { Plan, PlannedRun, PublishRequest } from './hub.js';
import { freshId } from './ids.js';
import { orderOf } from './orders.js';
import type { Parts } from './parts.js';
import { complianceBefore } from './promotion.js';
import { assessRisk } from './risk.js';
import { foldRun } from './fold.js';
import { planesFor } from './rollouts.js';
import { requirePlaneFor } from './catalogue.js';
import type { StoredEvent } from './ports/event-store.js';

/** The first half of a publish, and what each plane would do. Nothing here can write: the context is read-only. */
export async function planFor(
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

  const planRun = async (id: string): Promise<PlannedRun> => {
    const pkg = await catalogue.packageFor(intent, id);
    requirePlaneFor(parts, id, pkg);
    const order = orderOf(intent, pkg, ring, id, correlationId);
    const { plane } = parts.planes.get(id)!;
    const evidence = await collectEvidence(parts, ctx, order);
    const queued = foldRun('publish', order, [{ actor: by, createdAt: now.toISOString(), data: {} } as StoredEvent]);
    const risk = assessRisk({ order, evidence, reversible: (await previousRun(parts, queued)) !== undefined });
    const compliance = await complianceBefore(parts, intent, order);
    const verdicts = await judgeAll(parts, ctx, { order, evidence, risk, now, ...(compliance && { compliance }) });
    return {
      plane: id,
      evidence: evidence.map(({ kind, provider, absent }) => ({ kind, provider, ...(absent && { absent }) })),
      risk,
      verdicts,
      ...(canPlan(plane) && { operations: await plane.plan(ctx, { order }) }),
    };
  };

  const runs = await Promise.all(planesFor(intent, ring, request.planes).map(planRun));
  const decision = strictest(runs.flatMap(({ verdicts }) => verdicts.map((verdict) => verdict.decision)));
  return { intentId: intent.id, ring, runs, decision, createdAt: now.toISOString() };
}
