import { openStorage } from '@eucora/adapters';
import type { Contender } from '../contender.js';
import { startPlanes, type PlaneId } from '../planes/plane.js';
import { repeated } from './callers.js';
import { publishRun } from './publish-run.js';

/** Publish runs on an empty plane, one after the other. @param settings without `dataDir`: a hub in memory */
export async function prepare(settings: { readonly plane: PlaneId; readonly dataDir?: string }): Promise<Contender> {
  const planes = startPlanes(settings.plane);
  const storage = settings.dataDir ? await openStorage({ dataDir: settings.dataDir }) : undefined;
  return {
    slice: (ms) => repeated(ms, async () => publishRun(await planes.fresh(), storage)),
    async close() {
      await storage?.close();
      await planes.close();
    },
  };
}
