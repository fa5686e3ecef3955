import { canCountScope, EucoraError } from '@eucora/sdk';
import { requireRingReady } from '../promotion.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** The last look before the plane is touched: the ring before this one still stands, and the scope is not too large. */
export const admit: Step = async ({ parts, ctx, run, plane, intent }) => {
  const { order } = run.state;
  await requireRingReady(parts, intent, order.ring, [order.plane]);
  if (!canCountScope(plane)) return { events: [happened('RUN_ADMITTED', {})] };

  const devices = await plane.countScope(ctx, { order });
  if (devices > order.sizeLimit) throw tooLarge(order.ring, devices, order.sizeLimit);
  return { events: [happened('RUN_ADMITTED', { devices })] };
};

export const tooLarge = (ring: string, devices: number, limit: number): EucoraError =>
  new EucoraError('SCOPE_TOO_LARGE', {
    what: `the scope holds ${devices} devices; ring ${ring} allows ${limit}`,
    details: { devices, size_limit: limit },
  });
