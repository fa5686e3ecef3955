import { definePlugin } from '@eucora/sdk';
import { cabConfig } from './config.js';
import { cab } from './gate.js';

export type { CabConfig, CabRule } from './config.js';
export { cab } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'cab',
  summary: 'When the change advisory board must say yes, and how many of it',
  config: cabConfig,
  create: (config) => cab(config),
});
