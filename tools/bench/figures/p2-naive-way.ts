import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { startProgram } from '../grounds/child.js';
import { ensureRedis, redis } from '../grounds/redis.js';
import { duel } from '../harness.js';
import { acceptedPublishes, CLIENTS, everythingIsRecorded, intake, type Intake } from './accepted.js';

const SERVER = fileURLToPath(new URL('../naive/server.ts', import.meta.url));

export const p2: Figure = {
  id: 'P2',
  name: 'naive-way',
  parts: [
    duel<Intake & { readonly withQueue: boolean }>({
      what: `publishes accepted over HTTP, ${CLIENTS} clients`,
      against: 'the naive way: Koa, class-validator, four TypeORM saves, bull',
      goal: { must: '>=', value: 8, unit: 'x' },
      ground: async (bench, scope) => ({ ...(await intake(bench, scope)), withQueue: await ensureRedis() }),
      ours: acceptedPublishes,
      async theirs({ server, bench, withQueue }, scope) {
        const urls = [await server.database('naive')];
        if (withQueue) urls.push(await redis(scope, bench.temporary));
        const log = join(bench.temporary, 'naive.log');
        const args = [...process.execArgv, SERVER, ...urls];
        const url = await startProgram(scope, args, { cwd: process.cwd(), log });
        const path = '/api/deployments/intents/some-intent/publish/';
        return startContender('publish-requests', { url, path, clients: CLIENTS, seed: bench.seed });
      },
      async verify(ground) {
        const recorded = await everythingIsRecorded(ground);
        const queue = 'there is no redis-server here, so the naive way was measured without its queue';
        return ground.withQueue ? recorded : `${recorded}; ${queue}`;
      },
    }),
  ],
};
