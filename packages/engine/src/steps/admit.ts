import { canCountScope, EucoraError } from '@eucora/sdk';
import { sealPack } from '../evidence/pack.js';
import { requireSameState } from '../plans/holding-to-plan.js';
import { planFor, requireInTime } from '../plans/signed-plans.js';
import { waiversFor } from '../policy/waivers.js';
import { requireRingReady } from '../promotion.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/**
 * The last look before the plane is touched: the ring before this one still stands, the scope is not too large, a signed plan still fits. Then
 * the evidence is sealed.
 */
export const admit: Step = async ({ parts, ctx, run, plane, intent, catalogue }) => {
  const { state } = run;
  const { order } = state;
  await requireRingReady(parts, intent, order.ring, [order.plane]);
  const devices = canCountScope(plane) ? await plane.countScope(ctx, { order }) : undefined;
  if (devices !== undefined && devices > order.sizeLimit) throw tooLarge(order.ring, devices, order.sizeLimit);
  const plan = await planFor(parts, state);
  if (plan) {
    requireInTime(plan, parts.clock.now());
    await requireSameState(plane, ctx, state, plan);
  }
  const hands = { requester: state.requestedBy, packagedBy: await catalogue.packagedBy(order.package) };
  const digest = await sealPack(parts, catalogue, state, await waiversFor(parts, order, hands));
  return {
    events: [happened('PACK_SEALED', { digest }), happened('RUN_ADMITTED', devices === undefined ? {} : { devices })],
  };
};

export const tooLarge = (ring: string, devices: number, limit: number): EucoraError =>
  new EucoraError('SCOPE_TOO_LARGE', {
    what: `the scope holds ${devices} devices; ring ${ring} allows ${limit}`,
    details: { devices, size_limit: limit },
  });
