import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

export interface EncryptionInfo {
  readonly encryptionKey?: string;
  readonly macKey?: string;
  readonly initializationVector?: string;
  readonly mac?: string;
  readonly profileIdentifier?: string;
  readonly fileDigest?: string;
  readonly fileDigestAlgorithm?: string;
}

export type Unsealed = { readonly setupSha256: string } | { readonly reason: string };

const openZip = promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer);
const MAC_BYTES = 32;
const IV_BYTES = 16;

/** Does with an upload what the agent on a device does: checks the MAC, decrypts, checks the digest, unpacks. */
export async function unseal(blob: Buffer, info: EncryptionInfo, size: number, setupFile: string): Promise<Unsealed> {
  const [key, macKey, iv, mac, digest] = [
    info.encryptionKey,
    info.macKey,
    info.initializationVector,
    info.mac,
    info.fileDigest,
  ].map((text) => Buffer.from(text ?? '', 'base64')) as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const sealed = blob.subarray(MAC_BYTES);
  const fails = (reason: string): Unsealed => ({ reason });

  if (info.profileIdentifier !== 'ProfileVersion1' || info.fileDigestAlgorithm !== 'SHA256')
    return fails('unknown profile');
  if (!equal(blob.subarray(0, MAC_BYTES), mac)) return fails('the MAC is not the one at the head of the file');
  if (!equal(createHmac('sha256', macKey).update(sealed).digest(), mac))
    return fails('the MAC does not fit the content');
  if (!equal(sealed.subarray(0, IV_BYTES), iv)) return fails('the initialization vector is not the one in the file');
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, iv);
    const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES)), decipher.final()]);
    if (!equal(createHash('sha256').update(plain).digest(), digest))
      return fails('the digest does not fit the content');
    if (plain.length !== size) return fails(`the content has ${plain.length} bytes, announced were ${size}`);
    return { setupSha256: await sha256In(plain, setupFile) };
  } catch (cause) {
    return fails((cause as Error).message);
  }
}

const equal = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);

async function sha256In(plain: Buffer, fileName: string): Promise<string> {
  const zip = await openZip(plain, { lazyEntries: true });
  return new Promise((resolve, reject) => {
    zip.once('error', reject);
    zip.once('end', () => reject(new Error(`the content has no file ${fileName}`)));
    zip.on('entry', (entry: yauzl.Entry) => {
      if (entry.fileName !== fileName) return zip.readEntry();
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const hash = createHash('sha256');
        stream.on('data', (chunk: Buffer) => hash.update(chunk));
        stream.once('error', reject);
        stream.once('end', () => resolve(hash.digest('hex')));
      });
    });
    zip.readEntry();
  });
}
