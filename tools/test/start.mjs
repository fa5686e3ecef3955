import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../bootstrap.mjs';
import { run, runNode } from '../bootstrap/child.mjs';
import { command } from '../bootstrap/command.mjs';
import { at, CACHE } from '../bootstrap/places.mjs';
import { ensureAnsible } from './ansible.mjs';
import { nodeArguments } from './node-arguments.mjs';
import { ensurePostgreSql } from './postgresql.mjs';

const SUMMARY = join(CACHE, 'test-summary.json');
const TRAFFIC = join(CACHE, 'traffic');
const COVER_THIS_ONLY = at('tools', 'test', 'cover-this-process-only.mjs');
const C8 = at('node_modules', 'c8', 'bin', 'c8.js');

/**
 * `npm test`: every test, with coverage. `npm test -- --grep rollback` or `npm test -- packages/sdk/test/errors.test.ts`: some,
 * without it. The last line says how it went.
 */
await command(async (args) => {
  await build();
  await ensurePostgreSql();
  await ensureAnsible();
  const { closingLine } = await import('./reporter.mjs');

  const seed = process.env['EUCORA_SEED'] ?? '1';
  console.log(`Seed ${seed} (EUCORA_SEED chooses another).`);
  rmSync(SUMMARY, { force: true });
  const code = await (args.length === 0 ? runAll : runSome)(args, { EUCORA_SEED: seed, EUCORA_TEST_SUMMARY: SUMMARY });

  const counts = existsSync(SUMMARY) ? JSON.parse(readFileSync(SUMMARY, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
  console.log(closingLine(counts));
  return code;
});

/** @param {string[]} args @param {Record<string, string>} env */
async function runAll(args, env) {
  const { c8Options, coverageTable, isCoveredEnough, readCoverage } = await import('./coverage.mjs');
  for (const left of [at('coverage'), TRAFFIC]) rmSync(left, { recursive: true, force: true });
  const { code } = await runNode(
    C8,
    [...c8Options(), process.execPath, ...nodeArguments(['--require', COVER_THIS_ONLY, ...args])],
    { env: { ...env, EUCORA_TRAFFIC: TRAFFIC } },
  );

  const coverage = existsSync(SUMMARY) ? readCoverage() : undefined;
  if (coverage === undefined) return code || 1;
  console.log(`${coverageTable(coverage)}\n`);
  const contracts = await runNode('--import=@swc-node/register/esm-register', [
    '--conditions=eucora-source',
    '--no-warnings',
    at('tools', 'contracts', 'main.ts'),
    TRAFFIC,
  ]);
  if (code !== 0 || contracts.code !== 0) return code || contracts.code;
  if (isCoveredEnough(coverage)) return 0;
  console.log('The tests pass, but too few lines are covered: the command fails.');
  return 1;
}

/** @param {string[]} args @param {Record<string, string>} env */
async function runSome(args, env) {
  const { code } = await run(process.execPath, nodeArguments(args), { env });
  return code;
}
