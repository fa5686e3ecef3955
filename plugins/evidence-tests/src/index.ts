import { definePlugin, NO_SETTINGS } from '@eucora/sdk';
import { testsEvidence } from './provider.js';

export { junitFacts } from './junit.js';
export { testsEvidence } from './provider.js';

export default definePlugin({
  kind: 'evidence',
  name: 'tests',
  summary: 'How the tests went, from JUnit reports',
  config: NO_SETTINGS,
  create: () => testsEvidence,
});
