import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startContender } from '../contender.js';
import type { Bench, Figure, Part } from '../figure.js';
import { duel } from '../harness.js';
import { PLANES, type PlaneId } from '../planes/plane.js';

export const p10: Figure = {
  id: 'P10',
  name: 'publish-run',
  parts: [
    publishRuns('intune', 'on the embedded default', async ({ temporary }) => ({
      dataDir: await mkdtemp(join(temporary, 'p10-')),
    })),
    ...PLANES.map((plane) => publishRuns(plane, 'in memory', async () => ({}))),
  ],
};

function publishRuns(plane: PlaneId, where: string, settings: (bench: Bench) => Promise<object>): Part {
  return duel({
    what: `a full publish run on ${plane} (simulator without latency), hub ${where}`,
    against: 'a bare script making the same requests with the same client',
    goal: { must: '<=', value: 1.3, unit: 'x' },
    compares: 'time',
    ground: async (bench) => bench,
    ours: async (bench, _scope, nodeArgs) =>
      startContender('publish-runs', { plane, ...(await settings(bench)) }, nodeArgs),
    theirs: async () => startContender('bare-requests', { plane }),
  });
}
