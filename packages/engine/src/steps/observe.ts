import { EucoraError, type Compliance } from '@eucora/sdk';
import { bestPossibleRate, freshSince, measure, sameCompliance } from '../compliance.js';
import type { RunState } from '../fold.js';
import type { Settings } from '../parts.js';
import { happened } from '../run-events.js';
import { tooLarge } from './admit.js';
import type { Step } from './step.js';

/** Counts devices until the threshold is reached, can no longer be reached, or the time is over. */
export const observe: Step = async ({ parts, ctx, plane, run, intent }) => {
  const { state } = run;
  const { order, refs } = state;
  const config = intent.rings.find(({ ring }) => ring === order.ring)!;
  const compliance = await measure(plane.deviceStates(ctx, { order, refs }), order.purpose, freshSince(parts));
  const news = sameCompliance(state.compliance, compliance) ? [] : [happened('COMPLIANCE_OBSERVED', compliance)];

  if (compliance.targeted > order.sizeLimit) throw tooLarge(order.ring, compliance.targeted, order.sizeLimit);
  if (compliance.targeted > 0 && compliance.successRate >= config.successThreshold) {
    return { events: [...news, happened('THRESHOLD_REACHED', { compliance, threshold: config.successThreshold })] };
  }
  await run.append(news);
  const sinceMs = parts.clock.now().getTime() - Date.parse(state.assignedAt!);
  if (bestPossibleRate(compliance) < config.successThreshold) throw missed(state, compliance, config.successThreshold);
  if (sinceMs > config.timeToComplianceHours * 3_600_000) throw late(state, compliance, config.timeToComplianceHours);
  return { events: [], wait: nextLook(sinceMs, parts.settings) };
};

/** Looks often while much happens and seldom later: a quarter of the time that has passed, within bounds. */
const nextLook = (sinceMs: number, { observeMinMs, observeMaxMs }: Settings): number =>
  Math.min(observeMaxMs, Math.max(observeMinMs, sinceMs / 4));

const standing = ({ installed, targeted, failed }: Compliance) =>
  `${installed} of ${targeted} devices are as wanted, ${failed} failed`;

const missed = ({ order }: RunState, compliance: Compliance, threshold: number) =>
  new EucoraError('THRESHOLD_MISSED', {
    what: `ring ${order.ring} on ${order.plane} cannot reach ${threshold} % any more: ${standing(compliance)}`,
    details: { ...compliance },
  });

const late = ({ order }: RunState, compliance: Compliance, hours: number) =>
  new EucoraError('TIME_EXCEEDED', {
    what: `ring ${order.ring} on ${order.plane} had ${hours} h: ${standing(compliance)}`,
    details: { ...compliance },
  });
