import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** Makes the package available on the plane. Touches no device. */
export const publish: Step = async ({ ctx, plane, run }) => {
  const { done } = await plane.publishPackage(ctx, { order: run.state.order, journal: run.journal });
  return { events: [happened('PACKAGE_PUBLISHED', { operations: done.length })] };
};
