import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startContender } from '../contender.js';
import type { Figure, Goal, Part } from '../figure.js';
import { postgres } from '../grounds/postgres.js';
import { duel } from '../harness.js';

export const p4: Figure = {
  id: 'P4',
  name: 'append-and-copy',
  parts: [
    against('row-copies', 'COPY of the same rows', 64, { must: '>=', value: 0.3, unit: 'x' }),
    against('plain-row-inserts', 'a plain insert, one caller', 1, { must: '>=', value: 0.8, unit: 'x' }),
  ],
};

function against(contender: string, name: string, callers: number, goal: Goal): Part {
  return duel({
    what: `hash-chained append, ${callers} caller${callers === 1 ? '' : 's'}`,
    against: name,
    goal,
    ground: async ({ temporary, seed }, scope) => ({
      server: await postgres(scope),
      dataDir: await mkdtemp(join(temporary, 'p4-')),
      seed,
    }),
    ours: async ({ server, dataDir, seed }, _scope, nodeArgs) =>
      startContender('appends', { databaseUrl: await server.database('ours'), dataDir, callers, seed }, nodeArgs),
    theirs: async ({ server, seed }) => startContender(contender, { databaseUrl: await server.database('same'), seed }),
  });
}
