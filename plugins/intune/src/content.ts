import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EucoraError, type Artifact } from '@eucora/sdk';
import yazl from 'yazl';
import type { FileEncryptionInfo } from './wire.js';

/** Where the ciphertext begins: HMAC-SHA256 (32 bytes), then the initialization vector (16). */
const IV_AT = 32;
const CIPHERTEXT_AT = 48;

/** The zip holds one file, always dated the same: the same artifact gives the same zip. */
const ZIPPED_AT = new Date('2000-01-01T00:00:00Z');
const ZIP64_FROM = 0xffff_0000;

export interface EncryptionKeys {
  readonly encryptionKey: Buffer;
  readonly macKey: Buffer;
  readonly initializationVector: Buffer;
}

/** What Intune takes of a package: the encrypted inner zip of an `.intunewin`, in a file of its own. */
export interface SealedContent {
  readonly path: string;
  /** Bytes of the zip before it was encrypted. */
  readonly size: number;
  readonly sizeEncrypted: number;
  readonly encryption: FileEncryptionInfo;
  /** Deletes the file. May be called twice. */
  discard(): Promise<void>;
}

export const freshKeys = (): EncryptionKeys => ({
  encryptionKey: randomBytes(32),
  macKey: randomBytes(32),
  initializationVector: randomBytes(16),
});

/**
 * Zips and encrypts an artifact into a temporary file, in one pass and with memory that does not grow with it.
 *
 * @throws EucoraError `ARTIFACT_MISMATCH` when the bytes are not the announced ones
 */
export async function seal(
  bytes: AsyncIterable<Uint8Array>,
  artifact: Artifact,
  keys: EncryptionKeys = freshKeys(),
): Promise<SealedContent> {
  return encrypt(zipped(checked(bytes, artifact), artifact), keys);
}

/**
 * The encryption alone: HMAC | IV | AES-256-CBC (PKCS7), the HMAC over IV and ciphertext, the digest over what was
 * encrypted (facts file, section 2).
 */
export async function encrypt(plain: AsyncIterable<Uint8Array>, keys: EncryptionKeys): Promise<SealedContent> {
  const folder = await mkdtemp(join(tmpdir(), 'eucora-intune-'));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'content.bin');
    const file = await open(path, 'wx', 0o600);
    try {
      const written = await write(file, plain, keys);
      return { path, ...written, discard };
    } finally {
      await file.close();
    }
  } catch (cause) {
    await discard();
    throw cause;
  }
}

async function write(file: FileHandle, plain: AsyncIterable<Uint8Array>, keys: EncryptionKeys) {
  const cipher = createCipheriv('aes-256-cbc', keys.encryptionKey, keys.initializationVector);
  const mac = createHmac('sha256', keys.macKey).update(keys.initializationVector);
  const digest = createHash('sha256');
  let size = 0;
  let at = CIPHERTEXT_AT;

  const put = async (ciphertext: Buffer) => {
    mac.update(ciphertext);
    await file.write(ciphertext, 0, ciphertext.length, at);
    at += ciphertext.length;
  };
  for await (const chunk of plain) {
    size += chunk.length;
    digest.update(chunk);
    await put(cipher.update(chunk));
  }
  await put(cipher.final());
  await file.write(keys.initializationVector, 0, CIPHERTEXT_AT - IV_AT, IV_AT);
  const sum = mac.digest();
  await file.write(sum, 0, sum.length, 0);

  const encryption: FileEncryptionInfo = {
    encryptionKey: keys.encryptionKey.toString('base64'),
    macKey: keys.macKey.toString('base64'),
    initializationVector: keys.initializationVector.toString('base64'),
    mac: sum.toString('base64'),
    profileIdentifier: 'ProfileVersion1',
    fileDigest: digest.digest('base64'),
    fileDigestAlgorithm: 'SHA256',
  };
  return { size, sizeEncrypted: at, encryption };
}

/** Begins with the first chunk that is asked for, so that no error comes before somebody listens. */
async function* zipped(bytes: AsyncIterable<Uint8Array>, artifact: Artifact): AsyncIterable<Uint8Array> {
  const zip = new yazl.ZipFile();
  const source = Readable.from(bytes, { objectMode: false });
  const output = zip.outputStream as Readable;
  source.once('error', (cause) => output.destroy(cause));
  zip.addReadStream(source, artifact.fileName, {
    mtime: ZIPPED_AT,
    forceZip64Format: artifact.size >= ZIP64_FROM,
  });
  zip.end();
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
  }
}

async function* checked(bytes: AsyncIterable<Uint8Array>, artifact: Artifact): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  const sha256 = hash.digest('hex');
  if (sha256 === artifact.sha256 && size === artifact.size) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `the stored bytes of ${artifact.fileName} are ${size} bytes with SHA-256 ${sha256}, announced were ${artifact.size} with ${artifact.sha256}`,
    remedy: 'Add the artifact again from its source; nothing was uploaded to Intune.',
  });
}

/** Headers of a zip with one file (257 bytes and twice its name), and what encryption adds. */
const AROUND = 512;
/** A blob of Azure's has no more. */
const MOST_BLOCKS = 50_000;

/**
 * The number of blocks that the content of an artifact is uploaded in. A plan must know it before anything was compressed, so it goes
 * by the size that the content has at most: what cannot be compressed grows by less than a thousandth (zlib, "Technical Details").
 *
 * @param blockBytes the most that a block should have
 */
export function blockCount({ size, fileName }: Pick<Artifact, 'size' | 'fileName'>, blockBytes: number): number {
  const most = size + Math.ceil(size / 1_000) + 2 * Buffer.byteLength(fileName) + AROUND;
  return Math.min(MOST_BLOCKS, Math.ceil(most / blockBytes));
}

/** The content in so many blocks, all of about the same size; one is in memory at a time. */
export async function* blocksOf(
  { path, sizeEncrypted }: Pick<SealedContent, 'path' | 'sizeEncrypted'>,
  count: number,
): AsyncIterable<Uint8Array> {
  const beginOf = (nth: number) => Math.floor((nth * sizeEncrypted) / count);
  const file = await open(path);
  try {
    for (let nth = 0; nth < count; nth++) {
      const block = Buffer.alloc(beginOf(nth + 1) - beginOf(nth));
      const { bytesRead } = await file.read(block, 0, block.length, beginOf(nth));
      if (bytesRead !== block.length) throw new Error(`${path} was cut while it was uploaded`);
      yield block;
    }
  } finally {
    await file.close();
  }
}
