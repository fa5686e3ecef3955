import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { duel } from '../harness.js';
import { acceptedPublishes, CLIENTS, everythingIsRecorded, intake } from './accepted.js';

export const p1: Figure = {
  id: 'P1',
  name: 'accepted-publishes',
  parts: [
    duel({
      what: `publishes accepted over HTTP, ${CLIENTS} clients`,
      against: 'one-row inserts of the same body, 16 connections, no HTTP',
      goal: { must: '>=', value: 0.7, unit: 'x' },
      ground: intake,
      ours: acceptedPublishes,
      theirs: async ({ server, bench }) =>
        startContender('body-inserts', { databaseUrl: await server.database('plain'), seed: bench.seed }),
      verify: everythingIsRecorded,
    }),
  ],
};
