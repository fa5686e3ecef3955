import { collectEvidence, storeDossier } from '../evidence/collect.js';
import { putDocument } from '../evidence/documents.js';
import { runPlanOf, storedPlan } from '../plans/run-plan.js';
import { planFor } from '../plans/signed-plans.js';
import { previousRun } from '../history.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** Evidence and plan first: both have their digests before anybody judges by them. */
export const gather: Step = async ({ parts, ctx, run, plane, intent, catalogue }) => {
  const { state } = run;
  const order = { ...state.order, package: await catalogue.documented(state.order.package) };
  const items = await collectEvidence(parts, ctx, order);
  const digest = await storeDossier(parts, { order, items });
  const previous = await previousRun(parts, state);
  const fixed = await planFor(parts, state);
  const plan = await putDocument(
    parts,
    storedPlan(await runPlanOf(plane, ctx, { intent, order: state.order, ...(previous && { previous }) }, fixed)),
  );
  const index = items.map(({ kind, provider, absent }) => ({ kind, provider, ...(absent && { absent }) }));
  return { events: [happened('EVIDENCE_GATHERED', { digest, plan, items: index })] };
};
