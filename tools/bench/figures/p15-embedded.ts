import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { postgres } from '../grounds/postgres.js';
import { duel } from '../harness.js';

export const p15: Figure = {
  id: 'P15',
  name: 'embedded',
  parts: [
    duel({
      what: 'publishes accepted by the hub on the embedded default, one client',
      against: 'the same hub on PostgreSQL',
      goal: { must: '>=', value: 0.6, unit: 'x' },
      ground: async (bench, scope) => ({ bench, server: await postgres(scope) }),
      ours: async ({ bench }, _scope, nodeArgs) =>
        startContender(
          'publishes',
          { dataDir: await mkdtemp(join(bench.temporary, 'p15-')), seed: bench.seed },
          nodeArgs,
        ),
      theirs: async ({ bench, server }) =>
        startContender('publishes', {
          databaseUrl: await server.database('hub'),
          dataDir: await mkdtemp(join(bench.temporary, 'p15-')),
          seed: bench.seed,
        }),
    }),
  ],
};
