import { definePlugin } from '@eucora/sdk';
import { separationConfig } from './config.js';
import { separationOfDuties } from './gate.js';

export type { SeparationConfig } from './config.js';
export { separationOfDuties } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'separation-of-duties',
  summary: 'Packaging, publishing and approving are three hands',
  config: separationConfig,
  create: (config) => separationOfDuties(config),
});
