import {
  isEucoraError,
  reasonOf,
  type Context,
  type EvidenceItem,
  type EvidenceProvider,
  type Order,
  type Sha256,
} from '@eucora/sdk';
import type { Parts } from '../parts.js';
import { fromStored, toStored } from '../wire-names.js';
import { putDocument, readDocument } from './documents.js';

/** What is known of an order's package, and the order it was found out for: what people and gates judge by. */
export interface Dossier {
  readonly order: Order;
  readonly items: readonly EvidenceItem[];
}

const SCHEMA = 'eucora.evidence/1';

/**
 * Asks every provider. One that fails leaves an absence with its reason; whether that matters is for the gates to say. Where the cause passes,
 * the whole is tried again later: a store that is away must not look like a package without proof.
 */
export async function collectEvidence(parts: Parts, ctx: Context, order: Order): Promise<readonly EvidenceItem[]> {
  const ask = async (provider: EvidenceProvider): Promise<readonly EvidenceItem[]> => {
    try {
      return await provider.collect(ctx, order);
    } catch (cause) {
      if (isEucoraError(cause) && cause.errorClass === 'transient') throw cause;
      return [{ kind: provider.name, provider: provider.name, absent: reasonOf(cause) }];
    }
  };
  const collected = (await Promise.all(parts.evidence().map(ask))).flat();
  return [...ownEvidence(order, collected), ...collected];
}

/** What is known without any provider: which bytes, and that a parts list came with them. Only where nobody looked closer. */
function ownEvidence({ package: pkg }: Order, collected: readonly EvidenceItem[]): EvidenceItem[] {
  const { sha256, size, fileName } = pkg.artifact;
  const items: EvidenceItem[] = [];
  const isLookedAt = (kind: string) => collected.some((item) => item.kind === kind);
  if (!isLookedAt('artifact'))
    items.push({ kind: 'artifact', provider: 'hub', facts: { sha256, size, file_name: fileName }, blob: sha256 });
  if (isLookedAt('sbom')) return items;
  const { sbom } = pkg;
  if (!sbom) items.push({ kind: 'sbom', provider: 'hub', absent: 'none was added with the package' });
  else {
    const facts = { file_name: sbom.fileName, size: sbom.size };
    items.push({ kind: 'sbom', provider: 'hub', facts, blob: sbom.sha256 });
  }
  return items;
}

/** Stores it under the digest of its canonical form. Finding out the same again gives the same digest. */
export const storeDossier = (parts: Parts, { order, items }: Dossier): Promise<Sha256> =>
  putDocument(parts, toStored({ schema: SCHEMA, order, items }));

/** @throws EucoraError `EVIDENCE_NOT_FOUND` */
export const readDossier = async (parts: Parts, digest: Sha256): Promise<Dossier> =>
  fromStored<Dossier>(await readDocument(parts, digest, ({ schema }) => schema === SCHEMA));

export const isDossier = ({ schema }: { readonly schema?: unknown }): boolean => schema === SCHEMA;
