import { EucoraError } from '@eucora/sdk';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** A plane that does not answer is not begun with; the run waits for it. */
export const preflight: Step = async ({ ctx, plane, run }) => {
  const { healthy, detail, latencyMs } = await plane.check(ctx);
  if (!healthy) {
    throw new EucoraError('PLANE_UNREACHABLE', {
      what: `${run.state.plane}: ${detail}`,
      details: { plane: run.state.plane },
    });
  }
  return { events: [happened('PREFLIGHT_PASSED', { detail, latencyMs })] };
};
