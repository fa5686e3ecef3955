import { definePlugin, NO_SETTINGS } from '@eucora/sdk';
import { scanEvidence } from './provider.js';

export { scanEvidence } from './provider.js';

export default definePlugin({
  kind: 'evidence',
  name: 'scan',
  summary: 'Reads reports of Trivy, Grype, SARIF and CycloneDX as one summary by severity',
  config: NO_SETTINGS,
  create: () => scanEvidence(),
});
