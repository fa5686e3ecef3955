import { evidenceFromDocuments, readJsonDocument, type EvidenceProvider } from '@eucora/sdk';
import { toFacts } from './facts.js';
import { readBom } from './read-bom.js';

/** Reads the bills of materials that came with a package. */
export const sbomEvidence = (): EvidenceProvider =>
  evidenceFromDocuments({
    kind: 'sbom',
    read: async (ctx, document, order) =>
      toFacts(await readBom(await readJsonDocument(ctx, document)), order.package.artifact),
  });
