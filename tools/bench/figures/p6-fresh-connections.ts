import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { startProgram } from '../grounds/child.js';
import { startHost } from '../grounds/host.js';
import { duel } from '../harness.js';
import { everythingIsRecorded, intake } from './accepted.js';

const SERVER = fileURLToPath(new URL('../naive/echo.ts', import.meta.url));
const LOAD = { connections: 500, rate: 1_000 };

export const p6: Figure = {
  id: 'P6',
  name: 'fresh-connections',
  parts: [
    duel({
      what: `99th percentile of publishes over HTTP, ${LOAD.connections} fresh connections, ${LOAD.rate} requests a second`,
      against: 'a Koa echo without a database at the same rate',
      goal: { must: '<=', value: 2, unit: 'x' },
      compares: 'time',
      ground: intake,
      async ours({ databaseUrl, bench }, scope, nodeArgs) {
        const options = { databaseUrl, temporary: bench.temporary, nodeArgs, subjects: LOAD.connections };
        return startContender('paced-requests', { ...(await startHost(scope, options)), ...LOAD, seed: bench.seed });
      },
      async theirs({ bench }, scope) {
        const log = join(bench.temporary, 'echo.log');
        const url = await startProgram(scope, [...process.execArgv, SERVER], { cwd: process.cwd(), log });
        const path = '/api/deployments/intents/some-intent/publish/';
        return startContender('paced-requests', { url, path, ...LOAD, seed: bench.seed });
      },
      verify: everythingIsRecorded,
    }),
  ],
};
