import { definePlugin, NO_SETTINGS } from '@eucora/sdk';
import { artifactEvidence } from './provider.js';

export { FORMATS, type ArtifactFormat } from './format.js';
export { artifactEvidence } from './provider.js';

export default definePlugin({
  kind: 'evidence',
  name: 'artifact',
  summary: 'What an artifact is, by its bytes: digest, size and format',
  config: NO_SETTINGS,
  create: () => artifactEvidence,
});
