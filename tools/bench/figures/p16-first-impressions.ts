import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ended } from '../contender.js';
import { median, type Bench, type Figure, type Goal, type Measured, type Part } from '../figure.js';
import { within } from '../scope.js';

const NODE = process.execPath;
const IMPORT = `const began = performance.now(); await import('@eucora/engine'); console.log(performance.now() - began);`;

export const p16: Figure = {
  id: 'P16',
  name: 'first-impressions',
  parts: [
    fresh('npm run demo, installed and built', 1, { must: '<', value: 300, unit: 's' }, async (bench) => {
      const { ms } = await timed(bench, 'npm', ['run', 'demo']);
      return ms / 1_000;
    }),
    fresh(`import '@eucora/engine', in a fresh process`, 11, { must: '<', value: 150, unit: 'ms' }, async (bench) => {
      const { output } = await timed(bench, NODE, ['--input-type=module', '--eval', IMPORT]);
      return Number(output);
    }),
    fresh('eucora --help, from start to end', 11, { must: '<', value: 300, unit: 'ms' }, async (bench) => {
      const { ms } = await timed(bench, NODE, ['packages/cli/bin/eucora.mjs', '--help']);
      return ms;
    }),
  ],
};

/** The median of fresh processes. */
function fresh(what: string, times: number, goal: Goal, once: (bench: Bench) => Promise<number>): Part {
  return {
    what,
    goal,
    async measure(bench): Promise<Measured> {
      if (times > 1) await once(bench); // The first one reads the files from the disk.
      const took: number[] = [];
      while (took.length < times) took.push(await once(bench));
      const [evens, odds] = [took.filter((_, at) => at % 2 === 0), took.filter((_, at) => at % 2 === 1)];
      return {
        value: median(took),
        ...(odds.length > 0 && { aa: median(evens) / median(odds) }),
        pairs: took.map((ours) => ({ ours })),
      };
    },
  };
}

/** Runs a program to its end. @throws with what it printed when it fails */
const timed = (bench: Bench, program: string, args: readonly string[]): Promise<{ ms: number; output: string }> =>
  within(bench.scope, async (scope) => {
    const log = join(bench.temporary, 'program.log');
    const began = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')] });
    scope.own({ close: () => ended(child) });
    const [code] = (await once(child, 'exit')) as [number | null];
    const ms = performance.now() - began;
    const output = await readFile(log, 'utf8');
    if (code !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}:\n${output.slice(-2_000)}`);
    return { ms, output };
  });
