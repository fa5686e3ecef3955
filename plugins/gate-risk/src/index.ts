import { definePlugin } from '@eucora/sdk';
import { riskConfig } from './config.js';
import { risk } from './gate.js';

export type { RiskConfig } from './config.js';
export { risk } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'risk',
  summary: 'Asks for approval, or refuses, by the risk score',
  config: riskConfig,
  create: (config) => risk(config),
});
