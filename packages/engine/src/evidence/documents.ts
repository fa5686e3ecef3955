import { Readable } from 'node:stream';
import { canonicalJson, EucoraError, type Sha256 } from '@eucora/sdk';
import type { Parts } from '../parts.js';

/** Bytes. An installer is asked for by mistake now and then; it must not be read into memory. */
const LARGEST = 16 * 1024 * 1024;

/** Stores plain JSON under the digest of its RFC 8785 form. The same value gives the same digest. */
export async function putDocument(parts: Parts, value: object): Promise<Sha256> {
  const { sha256 } = await parts.storage.blobs.put(Readable.from([Buffer.from(canonicalJson(value))]));
  return sha256;
}

/** The bytes of a small blob. @throws EucoraError `EVIDENCE_NOT_FOUND` */
export async function readSmallBlob(parts: Parts, digest: Sha256): Promise<Buffer> {
  const stored = await parts.storage.blobs.stat(digest);
  if (!stored) throw new EucoraError('EVIDENCE_NOT_FOUND', { what: `there is no evidence ${digest}` });
  if (stored.size > LARGEST) throw notEvidence(digest);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await parts.storage.blobs.open(digest)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A document of ours, known by its `schema` or `payloadType`. @throws EucoraError `EVIDENCE_NOT_FOUND` */
export async function readDocument(
  parts: Parts,
  digest: Sha256,
  isOurs: (document: { readonly schema?: unknown; readonly payloadType?: unknown }) => boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readSmallBlob(parts, digest);
  try {
    const value = JSON.parse(bytes.toString()) as Record<string, unknown> | null;
    if (typeof value === 'object' && value !== null && isOurs(value)) return value;
  } catch {
    // Some other blob: falls through to the same answer as a document of somebody else.
  }
  throw notEvidence(digest);
}

const notEvidence = (digest: Sha256) =>
  new EucoraError('EVIDENCE_NOT_FOUND', { what: `${digest} is stored, and is not evidence` });
