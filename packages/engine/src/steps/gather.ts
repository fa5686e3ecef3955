import { collectEvidence, sealEvidence } from '../evidence.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

/** Evidence first: it is sealed before anybody judges by it. */
export const gather: Step = async ({ parts, ctx, run }) => {
  const items = await collectEvidence(parts, ctx, run.state.order);
  const digest = await sealEvidence(parts, run.state.order, items);
  const index = items.map(({ kind, provider, absent }) => ({ kind, provider, ...(absent && { absent }) }));
  return { events: [happened('EVIDENCE_GATHERED', { digest, items: index })] };
};
