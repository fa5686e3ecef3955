import { definePlugin } from '@eucora/sdk';
import { vulnerabilitiesConfig } from './config.js';
import { vulnerabilities } from './gate.js';

export type { VulnerabilitiesConfig } from './config.js';
export { vulnerabilities, type VulnerabilitiesSettings } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'vulnerabilities',
  summary: 'No more known vulnerabilities of a severity than are allowed, but for waivers',
  config: vulnerabilitiesConfig,
  create: (config) => vulnerabilities(config),
});
