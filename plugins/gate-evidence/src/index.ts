import { definePlugin } from '@eucora/sdk';
import { evidenceConfig } from './config.js';
import { evidence } from './gate.js';

export type { EvidenceConfig } from './config.js';
export { evidence } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'evidence',
  summary: 'The evidence is complete, recent and of this artifact',
  config: evidenceConfig,
  create: (config) => evidence(config),
});
