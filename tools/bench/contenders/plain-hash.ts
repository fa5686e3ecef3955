import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Contender } from '../contender.js';
import { repeated } from './callers.js';
import { LARGE, largeArtifact } from './large-artifact.mjs';

/** SHA-256 over a file of a gigabyte. Units are bytes. */
export async function prepare({ folder }: { readonly folder: string }): Promise<Contender> {
  const file = join(folder, 'large.bin');
  await pipeline(largeArtifact(), createWriteStream(file));
  const hash = async () => {
    const began = performance.now();
    const sha256 = createHash('sha256');
    for await (const chunk of createReadStream(file)) sha256.update(chunk as Buffer);
    sha256.digest();
    return performance.now() - began;
  };
  return {
    async slice(ms) {
      const { done, ms: took } = await repeated(ms, hash);
      return { done: done * LARGE, ms: took };
    },
    close: async () => undefined,
  };
}
