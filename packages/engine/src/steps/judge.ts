import { EucoraError } from '@eucora/sdk';
import { readEvidence } from '../evidence.js';
import { judgeAll, reasonsOf } from '../gates.js';
import { complianceBefore } from '../promotion.js';
import { runErrorOf } from '../run-error.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

export const judge: Step = async ({ parts, ctx, run, intent }) => {
  const { order, evidence, risk } = run.state;
  const { items } = await readEvidence(parts, evidence!);
  const compliance = await complianceBefore(parts, intent, order);
  const facts = { order, evidence: items, risk: risk!, now: parts.clock.now(), ...(compliance && { compliance }) };
  const verdicts = await judgeAll(parts, ctx, facts);
  const judged = happened('GATES_JUDGED', { verdicts });

  const refusals = reasonsOf(verdicts, 'deny');
  if (refusals.length === 0) return { events: [judged] };
  const error = new EucoraError('GATE_DENIED', { what: refusals.join('; ') });
  return { events: [judged, happened('RUN_REFUSED', { error: runErrorOf(error, parts.clock.now()) })] };
};
