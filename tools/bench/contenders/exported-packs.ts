import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ephemeralSigner } from '@eucora/engine';
import {
  canonicalJson,
  PACK_PAYLOAD_TYPE,
  PACK_PREDICATE_TYPE,
  sealEnvelope,
  sha256Hex,
  type PackBlob,
  type PackStatement,
  type Signer,
} from '@eucora/sdk';

export const PACKS = 1_000;
const FILES = [256 * 1024, 32 * 1024, 32 * 1024, 8 * 1024];

export interface ExportedPack {
  readonly envelope: string;
  readonly files: readonly string[];
}

/** As `eucora evidence export` leaves them: an installer of 256 kB and three documents each. */
export async function exportedPacks(folder: string): Promise<{ packs: readonly ExportedPack[]; signer: Signer }> {
  const signer = ephemeralSigner();
  const packs: ExportedPack[] = [];
  for (let at = 0; at < PACKS; at++) packs.push(await exportPack(join(folder, String(at)), signer));
  return { packs, signer };
}

async function exportPack(folder: string, signer: Signer): Promise<ExportedPack> {
  await mkdir(folder, { recursive: true });
  const blobs: PackBlob[] = [];
  for (const size of FILES) {
    const bytes = randomBytes(size);
    const sha256 = sha256Hex(bytes);
    await writeFile(join(folder, sha256), bytes);
    blobs.push({ sha256, size, file_name: 'file' });
  }
  const content = { schema: 'x', items: blobs.map(({ sha256 }) => ({ kind: 'scan', blob: sha256 })) };
  const digested = { digest: sha256Hex(canonicalJson(content)), content };
  const statement: PackStatement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'file', digest: { sha256: blobs[0]!.sha256 } }],
    predicateType: PACK_PREDICATE_TYPE,
    predicate: {
      schema: 'eucora.evidence-pack/1',
      tenant_id: 'default',
      correlation_id: 'c',
      plane: 'p',
      requested_by: 'ada',
      packaged_by: 'grace',
      requested_at: '2026-11-21T10:00:00.000Z',
      sealed_at: '2026-11-21T10:00:00.000Z',
      evidence: digested,
      plan: digested,
      risk: {},
      verdicts: [],
      approvals: [],
      waivers: [],
      blobs,
    },
  };
  const envelope = join(folder, 'pack.dsse.json');
  await writeFile(
    envelope,
    canonicalJson(sealEnvelope(PACK_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), signer)),
  );
  return { envelope, files: blobs.map(({ sha256 }) => join(folder, sha256)) };
}

export const bytesOf = (file: string): Promise<Buffer> => readFile(file);
export const streamOf = (file: string): AsyncIterable<Uint8Array> => createReadStream(file);
