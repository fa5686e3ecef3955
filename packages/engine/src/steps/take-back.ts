import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** Publishing with another wish: what was there before, or nothing. */
export const takeBack: Step = async ({ ctx, plane, run }) => {
  const { order, previous } = run.state;
  const { done } = await plane.rollback(ctx, { order, journal: run.journal, ...(previous && { previous }) });
  return { events: [happened('TAKEN_BACK', { operations: done.length })] };
};
