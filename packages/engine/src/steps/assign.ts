import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** From here on devices act on it. */
export const assign: Step = async ({ ctx, plane, run }) => {
  const { done } = await plane.createAssignment(ctx, { order: run.state.order, journal: run.journal });
  return { events: [happened('ASSIGNMENT_CREATED', { operations: done.length })] };
};
