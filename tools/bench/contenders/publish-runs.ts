import { openStorage } from '@eucora/adapters';
import type { Contender } from '../contender.js';
import { repeated } from './callers.js';
import { startPlanes } from './plane.js';
import { publishRun } from './publish-run.js';

/** Publish runs on an empty plane, one after the other. @param settings without `dataDir`: a hub in memory */
export async function prepare({ dataDir }: { readonly dataDir?: string }): Promise<Contender> {
  const planes = startPlanes();
  const storage = dataDir ? await openStorage({ dataDir }) : undefined;
  return {
    slice: (ms) => repeated(ms, async () => publishRun(await planes.fresh(), storage)),
    async close() {
      await storage?.close();
      await planes.close();
    },
  };
}
