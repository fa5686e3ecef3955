import { createHash } from 'node:crypto';
import { EucoraError } from '@eucora/sdk';
import type { BlobStore } from '../ports/blob-store.js';
import { refuseOtherBytes } from '../ports/storable.js';

export function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();

  return {
    async put(bytes, expected) {
      const chunks: Uint8Array[] = [];
      const hash = createHash('sha256');
      for await (const chunk of bytes) {
        hash.update(chunk);
        chunks.push(Uint8Array.from(chunk));
      }
      const blob = Buffer.concat(chunks);
      const info = { sha256: hash.digest('hex'), size: blob.length };
      refuseOtherBytes(info, expected);
      blobs.set(info.sha256, blob);
      return info;
    },

    async open(sha256) {
      const blob = blobs.get(sha256);
      if (!blob) throw new EucoraError('ARTIFACT_NOT_FOUND', { what: `no artifact ${sha256} is stored` });
      return oneChunk(blob);
    },

    async stat(sha256) {
      const blob = blobs.get(sha256);
      return blob && { sha256, size: blob.length };
    },
  };
}

async function* oneChunk(blob: Uint8Array): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(blob);
}
