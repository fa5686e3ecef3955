import { dirname, join } from 'node:path';
import { verifyPack } from '@eucora/sdk';
import type { Contender } from '../contender.js';
import { repeated } from './callers.js';
import { bytesOf, exportedPacks, PACKS, streamOf } from './exported-packs.js';

/** A thousand exported packs, verified one after the other. Units are packs. */
export async function prepare({ folder }: { readonly folder: string }): Promise<Contender> {
  const { packs, signer } = await exportedPacks(folder);
  const verifyAll = async () => {
    const began = performance.now();
    for (const { envelope } of packs) {
      const blob = async (sha256: string) => streamOf(join(dirname(envelope), sha256));
      const { complaints } = await verifyPack({ envelope: await bytesOf(envelope), blob }, [signer.publicKey]);
      if (complaints.length > 0) throw new Error(complaints.join());
    }
    return performance.now() - began;
  };
  return {
    async slice(ms) {
      const { done, ms: took } = await repeated(ms, verifyAll);
      return { done: done * PACKS, ms: took };
    },
    close: async () => undefined,
  };
}
