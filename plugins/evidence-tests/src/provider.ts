import { evidenceFromDocuments } from '@eucora/sdk';
import { textOf } from './document.js';
import { junitFacts } from './junit.js';

/** Reads the test reports that came with a package. */
export const testsEvidence = evidenceFromDocuments({
  kind: 'tests',
  read: async (ctx, document) => junitFacts(await textOf(ctx, document)),
});
