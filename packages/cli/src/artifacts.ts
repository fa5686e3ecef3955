import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import { path as at, type Client } from './client.js';
import { unreadable } from './files.js';
import type { Progress } from './progress.js';
import { bytes } from './text.js';
import type { ArtifactView } from './wire.js';

/** A file by its digest, read once from start to end. */
export async function digestOf(file: string, progress: Progress): Promise<ArtifactView> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of reading(file)) {
    hash.update(chunk);
    size += chunk.length;
    progress.say(`hashing ${basename(file)}`, bytes(size));
  }
  return { sha256: hash.digest('hex'), size, file_name: basename(file) };
}

/** What a manifest claims of a file must be so. @throws EucoraError `ARTIFACT_MISMATCH` */
export function insist(found: ArtifactView, claimed: Partial<ArtifactView>): void {
  for (const field of ['sha256', 'size'] as const) {
    const claim = claimed[field];
    if (claim === undefined || String(claim).toLowerCase() === String(found[field])) continue;
    throw new EucoraError('ARTIFACT_MISMATCH', {
      what: `${found.file_name} has ${field} ${found[field]}, and the manifest says ${claim}`,
      remedy: 'Check the download and its published checksum; nothing was sent.',
      details: { field, expected: claim, found: found[field] },
    });
  }
}

/** Streams the file to the host. Sending what is there already changes nothing. */
export async function upload(client: Client, file: string, artifact: ArtifactView, progress: Progress): Promise<void> {
  await client.request({
    method: 'PUT',
    path: at`/api/artifacts/${artifact.sha256}`,
    bytes: { size: artifact.size, stream: counted(file, artifact, progress) },
  });
}

async function* counted(file: string, { size, file_name }: ArtifactView, progress: Progress) {
  let sent = 0;
  for await (const chunk of reading(file)) {
    yield chunk;
    sent += chunk.length;
    progress.say(`sending ${file_name} (${bytes(size)})`, `${bytes(sent)} of ${bytes(size)}`);
  }
}

async function* reading(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
