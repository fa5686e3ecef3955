import { readDossier } from '../evidence/collect.js';
import { assessRisk } from '../policy/risk.js';
import { trackRecord } from '../policy/track-record.js';
import { happened } from '../run-events.js';
import type { Step } from './step.js';

export const assess: Step = async ({ parts, run }) => {
  const { order, items } = await readDossier(parts, run.state.evidence!);
  const record = await trackRecord(parts, run.state);
  return { events: [happened('RISK_ASSESSED', assessRisk({ order, evidence: items, ...record }, parts.riskWeights))] };
};
