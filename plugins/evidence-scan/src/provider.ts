import { evidenceFromDocuments, readJsonDocument, type EvidenceProvider } from '@eucora/sdk';
import { toFacts } from './facts.js';
import { readReport } from './read-report.js';

/** Reads the scan reports that came with a package. */
export const scanEvidence = (): EvidenceProvider =>
  evidenceFromDocuments({
    kind: 'scan',
    read: async (ctx, document, order) =>
      toFacts(readReport(await readJsonDocument(ctx, document)), order.package.artifact),
  });
