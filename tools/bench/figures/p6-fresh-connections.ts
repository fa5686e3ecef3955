import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startContender } from '../contender.js';
import { median, type Figure } from '../figure.js';
import { startProgram } from '../grounds/child.js';
import { startHost } from '../grounds/host.js';
import { duel } from '../harness.js';
import { everythingIsRecorded, intake } from './accepted.js';

const SERVER = fileURLToPath(new URL('../naive/echo.ts', import.meta.url));
/** People, each with ten connections. */
const SUBJECTS = 50;
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
        const options = { databaseUrl, temporary: bench.temporary, nodeArgs, subjects: SUBJECTS };
        const percentilesFile = percentilesIn(bench.temporary);
        await rm(percentilesFile, { force: true });
        const host = await startHost(scope, options);
        return startContender('paced-requests', { ...host, ...LOAD, seed: bench.seed, percentilesFile });
      },
      async theirs({ bench }, scope) {
        const log = join(bench.temporary, 'echo.log');
        const url = await startProgram(scope, [...process.execArgv, SERVER], { cwd: process.cwd(), log });
        const path = '/api/deployments/intents/some-intent/publish/';
        const percentilesFile = join(bench.temporary, 'echo-percentiles');
        return startContender('paced-requests', { url, path, ...LOAD, seed: bench.seed, percentilesFile });
      },
      async verify(ground) {
        const slices = (await readFile(percentilesIn(ground.bench.temporary), 'utf8')).trim().split('\n');
        const [p95, p99] = [0, 1].map((at) => slices.map((line) => Number(line.split(' ')[at])));
        const told = (of: readonly number[]) =>
          `${median(of).toFixed(0)} ms (worst slice ${Math.max(...of).toFixed(0)} ms)`;
        return `p95 ${told(p95!)}, at most 500 ms are asked for; p99 ${told(p99!)}, at most 1000 ms; no 5xx. ${await everythingIsRecorded(ground)}`;
      },
    }),
  ],
};

const percentilesIn = (folder: string) => join(folder, 'p6-percentiles');
