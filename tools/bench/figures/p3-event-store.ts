import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { postgres } from '../grounds/postgres.js';
import { duel } from '../harness.js';

const CALLERS = 64;

export const p3: Figure = {
  id: 'P3',
  name: 'event-store',
  parts: [
    duel({
      what: 'hash-chained append with expected version, 64 callers',
      against: 'emmett-postgresql, 64 callers',
      goal: { must: '>=', value: 8, unit: 'x' },
      ground: async ({ temporary, seed }, scope) => ({
        server: await postgres(scope),
        dataDir: await mkdtemp(join(temporary, 'p3-')),
        seed,
      }),
      ours: async ({ server, dataDir, seed }, _scope, nodeArgs) =>
        startContender(
          'appends',
          { databaseUrl: await server.database('ours'), dataDir, callers: CALLERS, seed },
          nodeArgs,
        ),
      theirs: async ({ server, seed }) =>
        startContender('emmett-appends', { databaseUrl: await server.database('emmett'), callers: CALLERS, seed }),
    }),
  ],
};
