import {
  evidenceFromDocuments,
  invalidDocument,
  readJsonDocument,
  type Context,
  type EvidenceProvider,
  type Order,
  type SignatureFacts,
} from '@eucora/sdk';
import { readNotarization } from './apple.js';
import { readAuthenticode } from './authenticode.js';
import { readBundle } from './bundle.js';
import type { SignatureConfig } from './config.js';
import { quoted } from './fields.js';
import { matches } from './glob.js';
import { verifyBundle, type VerifiedBundle } from './sigstore.js';
import { readProvenance } from './statement.js';
import { trustOf } from './trust.js';

const KINDS = ['signature', 'provenance', 'notarization', 'authenticode'] as const;
type Kind = (typeof KINDS)[number];
type Reader = (ctx: Context, json: unknown, order: Order) => Promise<SignatureFacts> | SignatureFacts;

/** Every document gives one item: what it proves of the artifact, or what is wrong with it. */
export function signatureEvidence(config: SignatureConfig): EvidenceProvider {
  const readers = readersOf(config);
  return evidenceFromDocuments({
    kind: 'signature',
    documents: KINDS,
    read: async (ctx, document, order) =>
      readers[document.kind as Kind](ctx, await readJsonDocument(ctx, document), order),
  });
}

function readersOf(config: SignatureConfig): Readonly<Record<Kind, Reader>> {
  const trust = trustOf(config);
  const verify = (ctx: Context, json: unknown, order: Order) =>
    verifyBundle(ctx, readBundle(json), { of: order.package, trust, signers: config.signers });

  return {
    async signature(ctx, json, order) {
      return { type: 'sigstore', ...factsOf(await verify(ctx, json, order)) };
    },
    async provenance(ctx, json, order) {
      const bundle = await verify(ctx, json, order);
      if (bundle.statement === undefined) throw invalidDocument('is a signature over the artifact and not provenance');
      const provenance = readProvenance(bundle.statement);
      if (!config.builders.some((builder) => matches(builder, provenance.builder)))
        throw invalidDocument(`names the builder ${quoted(provenance.builder)}, which is not among the builders`);
      return { type: 'slsa_provenance', ...factsOf(bundle), ...provenance };
    },
    notarization: (_ctx, json, order) => readNotarization(json, order.package.artifact.sha256),
    authenticode: (_ctx, json, order) => readAuthenticode(json, order.package.artifact.sha256),
  };
}

const factsOf = ({ signer, issuer, signedAt, logIndex }: VerifiedBundle) => ({
  verdict: 'verified' as const,
  signer,
  ...(issuer && { issuer }),
  ...(signedAt && { signed_at: signedAt }),
  ...(logIndex && { reference: logIndex }),
});
