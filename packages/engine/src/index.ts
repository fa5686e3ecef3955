export * from './chain.js';
export * from './hub.js';
export * from './run.js';
export * from './ports/index.js';
export * from './memory/index.js';
export { createHub, type HubOptions } from './create-hub.js';
export { DEFAULT_SETTINGS, type PlaneDirectory, type PlaneEntry, type Settings } from './parts.js';
export type { RunEvents } from './run-events.js';
export {
  checkWeights,
  DEFAULT_WEIGHTS,
  RISK_FACTORS,
  type RiskFactorName,
  type RiskWeights,
} from './policy/risk-weights.js';
export { assessRisk, type RiskFacts } from './policy/risk.js';
