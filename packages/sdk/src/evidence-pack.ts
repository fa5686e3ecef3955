import { createHash } from 'node:crypto';
import { canonicalJson, sha256Hex } from './canonical.js';
import { reasonOf } from './errors.js';
import { openEnvelope, type Envelope } from './signing.js';
import type { Sha256 } from './vocabulary.js';

export const PACK_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const PACK_PREDICATE_TYPE = 'urn:eucora:evidence-pack:1';

/** A file of the pack: the artifact, and every document that evidence rests on. */
export interface PackBlob {
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size: number;
  readonly file_name: string;
}

/** What a decision rested on, sealed when a run was let through. Stored names: snake_case. */
export interface EvidencePack {
  readonly schema: 'eucora.evidence-pack/1';
  readonly tenant_id: string;
  readonly correlation_id: string;
  readonly plane: string;
  readonly requested_by: string;
  readonly packaged_by: string;
  /** ISO 8601, UTC. */
  readonly requested_at: string;
  readonly sealed_at: string;
  readonly emergency?: { readonly reason: string };
  /** What was found out about the package, and the order it was found out for. Its RFC 8785 form has the digest. */
  readonly evidence: { readonly digest: Sha256; readonly content: Readonly<Record<string, unknown>> };
  /** What is done, in which order, and how it is taken back. Its RFC 8785 form has the digest. */
  readonly plan: { readonly digest: Sha256; readonly content: Readonly<Record<string, unknown>> };
  readonly risk: Readonly<Record<string, unknown>>;
  readonly verdicts: readonly Readonly<Record<string, unknown>>[];
  readonly approvals: readonly Readonly<Record<string, unknown>>[];
  readonly waivers: readonly Envelope[];
  readonly blobs: readonly PackBlob[];
}

/** An in-toto statement (v1) about the artifact, with the pack as what is said of it. */
export interface PackStatement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: Sha256 } }[];
  readonly predicateType: typeof PACK_PREDICATE_TYPE;
  readonly predicate: EvidencePack;
}

export interface PackFiles {
  /** The envelope as it was stored, byte for byte. */
  readonly envelope: Uint8Array;
  /** Nothing: the file is missing. */
  blob(sha256: Sha256): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface PackVerification {
  /** The statement, once its signature is known to be right. */
  readonly statement?: PackStatement;
  /** The pack's address: SHA-256 of the envelope. */
  readonly digest: Sha256;
  /** Each changed byte, missing file or foreign signature, for a person. Empty: it is as it was sealed. */
  readonly complaints: readonly string[];
}

/**
 * Checks an evidence pack without asking anybody: the envelope is in its canonical form, one of the keys signed it, its digests fit and
 * every file is there, whole. Files are streamed; memory stays flat.
 *
 * @param keys PEM (SPKI), of the hub that is trusted
 */
export async function verifyPack(files: PackFiles, keys: readonly string[]): Promise<PackVerification> {
  const digest = sha256Hex(files.envelope);
  const payload = readEnvelope(files.envelope, keys);
  if (typeof payload === 'string') return { digest, complaints: [payload] };
  const statement = JSON.parse(payload.toString()) as PackStatement;
  if (statement.predicateType !== PACK_PREDICATE_TYPE || statement.predicate?.schema !== 'eucora.evidence-pack/1')
    return { digest, complaints: ['what was signed is no evidence pack of this version'] };
  const { evidence, plan, blobs } = statement.predicate;
  const complaints = [
    ...(sha256Hex(canonicalJson(evidence.content)) === evidence.digest ? [] : ['the evidence has another digest']),
    ...(sha256Hex(canonicalJson(plan.content)) === plan.digest ? [] : ['the plan has another digest']),
    ...statement.subject
      .filter((subject) => !blobs.some(({ sha256 }) => sha256 === subject.digest.sha256))
      .map(({ name }) => `${name} is not among the files`),
  ];
  for (const blob of blobs) {
    const complaint = await checkBlob(blob, files);
    if (complaint) complaints.push(complaint);
  }
  return { statement, digest, complaints };
}

/** The signed bytes, or why there are none. */
function readEnvelope(bytes: Uint8Array, keys: readonly string[]): Buffer | string {
  let envelope: unknown;
  try {
    envelope = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return 'the envelope is not JSON';
  }
  if (typeof envelope !== 'object' || envelope === null || canonicalJson(envelope) !== Buffer.from(bytes).toString())
    return 'the envelope is not as it was written';
  const payload = openEnvelope(envelope, PACK_PAYLOAD_TYPE, keys);
  return payload ? Buffer.from(payload) : 'the signature is not that of a trusted hub, or what it signed was changed';
}

async function checkBlob({ sha256, size, file_name }: PackBlob, files: PackFiles): Promise<string | undefined> {
  const name = `${file_name} (${sha256})`;
  try {
    const bytes = await files.blob(sha256);
    if (!bytes) return `${name} is missing`;
    const hash = createHash('sha256');
    let read = 0;
    for await (const chunk of bytes) {
      hash.update(chunk);
      read += chunk.length;
    }
    return read === size && hash.digest('hex') === sha256 ? undefined : `${name} was changed`;
  } catch (cause) {
    return `${name} cannot be read: ${reasonOf(cause)}`;
  }
}
