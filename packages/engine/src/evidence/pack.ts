import { Readable } from 'node:stream';
import {
  canonicalJson,
  PACK_PAYLOAD_TYPE,
  PACK_PREDICATE_TYPE,
  sealEnvelope,
  type Envelope,
  type EvidencePack,
  type PackBlob,
  type PackStatement,
  type Sha256,
} from '@eucora/sdk';
import type { Catalogue } from '../catalogue.js';
import type { RunState } from '../fold.js';
import type { StoredEvidence } from '../hub.js';
import type { Parts } from '../parts.js';
import type { WaiverInForce } from '../policy/waivers.js';
import { toStored } from '../wire-names.js';
import { readDocument } from './documents.js';
import { isDossier, readDossier } from './collect.js';

/**
 * Seals what the decision on a run rested on, once it has been let through and before anything is written to its plane. A crash in between
 * leaves a pack that no event names, which is harmless; the run seals another.
 *
 * @returns the pack's address
 */
export async function sealPack(
  parts: Parts,
  catalogue: Catalogue,
  run: RunState,
  waivers: readonly WaiverInForce[],
): Promise<Sha256> {
  const evidence = await readDocument(parts, run.evidence!, isDossier);
  const plan = await readDocument(parts, run.plan!, ({ schema }) => schema === 'eucora.plan/1');
  const used = new Set(run.verdicts.flatMap(({ waived = [] }) => waived));
  const pack: EvidencePack = {
    schema: 'eucora.evidence-pack/1',
    tenant_id: parts.tenantId,
    correlation_id: run.correlationId,
    plane: run.plane,
    requested_by: run.requestedBy,
    packaged_by: await catalogue.packagedBy(run.order.package),
    requested_at: run.requestedAt,
    sealed_at: parts.clock.now().toISOString(),
    ...(run.emergency && { emergency: run.emergency }),
    evidence: { digest: run.evidence!, content: evidence },
    plan: { digest: run.plan!, content: plan },
    risk: toStored(run.risk!),
    verdicts: run.verdicts.map(toStored),
    approvals: run.approval ? [toStored(run.approval)] : [],
    waivers: waivers.filter(({ waiver }) => used.has(waiver.id)).map(({ row }) => row.envelope),
    blobs: await blobsOf(parts, run),
  };
  const { fileName, sha256 } = run.order.package.artifact;
  const statement: PackStatement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: fileName, digest: { sha256 } }],
    predicateType: PACK_PREDICATE_TYPE,
    predicate: pack,
  };
  const envelope = sealEnvelope(PACK_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), parts.signer);
  const stored = await parts.storage.blobs.put(Readable.from([Buffer.from(canonicalJson(envelope))]));
  return stored.sha256;
}

/** The artifact and every document that an item of evidence names, each once. */
async function blobsOf(parts: Parts, run: RunState): Promise<PackBlob[]> {
  const { order, items } = await readDossier(parts, run.evidence!);
  const { artifact, sbom, documents = [] } = order.package;
  const named = new Map([artifact, ...(sbom ? [sbom] : []), ...documents].map((file) => [file.sha256, file.fileName]));
  for (const { blob, kind } of items) if (blob && !named.has(blob)) named.set(blob, kind);
  const blobs: PackBlob[] = [];
  for (const [sha256, file_name] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const stored = await parts.storage.blobs.stat(sha256);
    if (stored) blobs.push({ sha256, size: stored.size, file_name });
  }
  return blobs;
}

/** A pack's envelope, or what was found out for a run that was not let through yet. @throws EucoraError `EVIDENCE_NOT_FOUND` */
export const readEvidence = (parts: Parts, digest: Sha256): Promise<StoredEvidence> =>
  readDocument(parts, digest, (document) => isDossier(document) || document.payloadType === PACK_PAYLOAD_TYPE);

/** The files of a pack. @throws EucoraError `EVIDENCE_NOT_FOUND` */
export async function packBlobs(parts: Parts, digest: Sha256): Promise<readonly PackBlob[]> {
  const envelope = (await readEvidence(parts, digest)) as unknown as Partial<Envelope>;
  if (envelope.payload === undefined) return [];
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as PackStatement;
  return statement.predicate.blobs;
}
