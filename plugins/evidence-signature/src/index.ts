import { definePlugin } from '@eucora/sdk';
import { signatureConfig } from './config.js';
import { signatureEvidence } from './provider.js';

export { signatureEvidence } from './provider.js';
export { SignatureConfig } from './config.js';

export default definePlugin({
  kind: 'evidence',
  name: 'signature',
  summary: 'Verifies sigstore bundles and SLSA provenance offline; records Authenticode and Apple notarization',
  config: signatureConfig,
  create: (config) => signatureEvidence(config),
});
