import { holdingTo, requireAllDone } from '../plans/holding-to-plan.js';
import { planFor } from '../plans/signed-plans.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** From here on devices act on it. */
export const assign: Step = async ({ parts, ctx, plane, run }) => {
  const plan = await planFor(parts, run.state);
  const journal = plan ? holdingTo(plan, () => run.state, run.journal) : run.journal;
  const { done } = await plane.createAssignment(ctx, { order: run.state.order, journal });
  if (plan) requireAllDone(plan, 'assign', run.state);
  return { events: [happened('ASSIGNMENT_CREATED', { operations: done.length })] };
};
