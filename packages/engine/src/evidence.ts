import { Readable } from 'node:stream';
import {
  canonicalJson,
  EucoraError,
  reasonOf,
  type Context,
  type EvidenceItem,
  type EvidenceProvider,
  type Order,
  type Sha256,
} from '@eucora/sdk';
import type { Parts } from './parts.js';

/** What is known without any provider: the bytes themselves, and the parts list that came with them. */
function ownEvidence({ package: pkg }: Order): EvidenceItem[] {
  const { sha256, size, fileName } = pkg.artifact;
  const artifact = { kind: 'artifact', provider: 'hub', facts: { sha256, size, file_name: fileName }, blob: sha256 };
  const sbom = pkg.sbom
    ? {
        kind: 'sbom',
        provider: 'hub',
        facts: { file_name: pkg.sbom.fileName, size: pkg.sbom.size },
        blob: pkg.sbom.sha256,
      }
    : { kind: 'sbom', provider: 'hub', absent: 'none was added with the package' };
  return [artifact, sbom];
}

/** Asks every provider. One that fails leaves an absence with its reason; whether that matters is for the gates to say. */
export async function collectEvidence(parts: Parts, ctx: Context, order: Order): Promise<readonly EvidenceItem[]> {
  const ask = async (provider: EvidenceProvider): Promise<readonly EvidenceItem[]> => {
    try {
      return await provider.collect(ctx, order);
    } catch (cause) {
      return [{ kind: provider.name, provider: provider.name, absent: reasonOf(cause) }];
    }
  };
  const collected = await Promise.all(parts.evidence().map(ask));
  return [...ownEvidence(order), ...collected.flat()];
}

/** Stores the manifest under the digest of its canonical form. Sealing the same again gives the same digest. */
export async function sealEvidence(parts: Parts, order: Order, items: readonly EvidenceItem[]): Promise<Sha256> {
  const manifest = Buffer.from(canonicalJson({ schema: 'eucora.evidence/1', order, items }));
  const { sha256 } = await parts.storage.blobs.put(Readable.from([manifest]));
  return sha256;
}

export async function readEvidence(
  parts: Parts,
  digest: Sha256,
): Promise<{ order: Order; items: readonly EvidenceItem[] }> {
  const stored = await parts.storage.blobs.stat(digest);
  if (!stored) throw new EucoraError('EVIDENCE_NOT_FOUND', { what: `there is no evidence ${digest}` });
  if (stored.size > LARGEST_MANIFEST) throw notEvidence(digest);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await parts.storage.blobs.open(digest)) chunks.push(chunk);
  try {
    const manifest = JSON.parse(Buffer.concat(chunks).toString()) as {
      schema?: string;
      order: Order;
      items: EvidenceItem[];
    };
    if (manifest.schema === 'eucora.evidence/1') return manifest;
  } catch {
    // Some other blob: falls through to the same answer as none.
  }
  throw notEvidence(digest);
}

/** Bytes. An installer is asked for by mistake now and then; it must not be read into memory. */
const LARGEST_MANIFEST = 16 * 1024 * 1024;

const notEvidence = (digest: Sha256) =>
  new EucoraError('EVIDENCE_NOT_FOUND', { what: `${digest} is stored, and is not evidence` });
