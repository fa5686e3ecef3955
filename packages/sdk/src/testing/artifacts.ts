import { createHash } from 'node:crypto';
import type { Artifacts } from '../context.js';
import { EucoraError } from '../errors.js';
import type { Sha256 } from '../vocabulary.js';

export interface MemoryArtifacts extends Artifacts {
  add(bytes: Uint8Array | string): { readonly sha256: Sha256; readonly size: number };
}

const CHUNK = 64 * 1024;

/** Artifacts in memory, handed out in chunks as a disk would. */
export function memoryArtifacts(...contents: readonly (Uint8Array | string)[]): MemoryArtifacts {
  const held = new Map<Sha256, Uint8Array>();

  const add = (content: Uint8Array | string) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    held.set(sha256, bytes);
    return { sha256, size: bytes.length };
  };
  contents.forEach(add);

  return {
    add,
    async open(sha256) {
      const bytes = held.get(sha256);
      if (!bytes) throw new EucoraError('ARTIFACT_NOT_FOUND', { what: `no artifact ${sha256} in memory` });
      return chunks(bytes);
    },
  };
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}
