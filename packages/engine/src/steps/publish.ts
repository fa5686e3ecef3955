import { holdingTo, requireAllDone } from '../plans/holding-to-plan.js';
import { planFor } from '../plans/signed-plans.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** Makes the package available on the plane. Touches no device. */
export const publish: Step = async ({ parts, ctx, plane, run }) => {
  const plan = await planFor(parts, run.state);
  const journal = plan ? holdingTo(plan, () => run.state, run.journal) : run.journal;
  const { done } = await plane.publishPackage(ctx, { order: run.state.order, journal });
  if (plan) requireAllDone(plan, 'publish', run.state);
  return { events: [happened('PACKAGE_PUBLISHED', { operations: done.length })] };
};
