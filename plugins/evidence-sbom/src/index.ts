import { definePlugin, NO_SETTINGS } from '@eucora/sdk';
import { sbomEvidence } from './provider.js';

export { sbomEvidence } from './provider.js';

export default definePlugin({
  kind: 'evidence',
  name: 'sbom',
  summary: 'Reads CycloneDX and SPDX bills of materials, and whether they are about the artifact',
  config: NO_SETTINGS,
  create: () => sbomEvidence(),
});
