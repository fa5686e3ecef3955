import { createHash, randomUUID } from 'node:crypto';
import { EucoraError, type Artifact, type Artifacts } from '@eucora/sdk';

/** A body that is made while it is sent; each time it is asked for it begins anew. */
export interface Multipart {
  readonly body: AsyncIterable<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
}

/** One file as a form field, from the artifact store to the wire without a stop in between. @param name plain letters, digits, dots and dashes */
export function multipartFile(artifacts: Artifacts, artifact: Artifact, name: string): Multipart {
  const boundary = `eucora-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + artifact.size + tail.length),
    },
    body: {
      async *[Symbol.asyncIterator]() {
        yield head;
        yield* checked(await artifacts.open(artifact.sha256), artifact);
        yield tail;
      },
    },
  };
}

/**
 * SHA3-512 of an artifact, in hex: the digest that Jamf works out of what it has got. The announced digest is checked on the way.
 *
 * @throws EucoraError `ARTIFACT_NOT_FOUND`, `ARTIFACT_MISMATCH`
 */
export async function sha3Of(artifacts: Artifacts, artifact: Artifact): Promise<string> {
  const hash = createHash('sha3-512');
  for await (const chunk of checked(await artifacts.open(artifact.sha256), artifact)) hash.update(chunk);
  return hash.digest('hex');
}

/** Fails before the last byte is out, so that nobody takes what is wrong for whole. */
async function* checked(bytes: AsyncIterable<Uint8Array>, artifact: Artifact): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    if (size > artifact.size) break;
    yield chunk;
  }
  const sha256 = hash.digest('hex');
  if (sha256 === artifact.sha256 && size === artifact.size) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `the stored bytes of ${artifact.fileName} are not the announced ${artifact.size} bytes with SHA-256 ${artifact.sha256}`,
    remedy: 'Add the artifact again from its source.',
  });
}
