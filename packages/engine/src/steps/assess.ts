import { readEvidence } from '../evidence.js';
import { previousRun } from '../history.js';
import { assessRisk } from '../risk.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

export const assess: Step = async ({ parts, run }) => {
  const { items } = await readEvidence(parts, run.state.evidence!);
  const reversible = (await previousRun(parts, run.state)) !== undefined;
  return { events: [happened('RISK_ASSESSED', assessRisk({ order: run.state.order, evidence: items, reversible }))] };
};
