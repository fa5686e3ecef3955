import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePostgreSql } from '../test/postgresql.mjs';
import { isMet, verdictOf, type Bench, type Figure, type Part } from './figure.js';
import { FIGURES } from './figures/index.js';
import { machine } from './machine.js';
import { costText, explained, goalText, table, valueText, write, type Result } from './report.js';
import { openScope } from './scope.js';

const USAGE = `npm run bench [-- NAME ... [--profile]]

Measures the figures of the project, each against something in the same run. NAME is a figure or its name:

${FIGURES.map(({ id, name, parts }) => `  ${id.padEnd(4)} ${name.padEnd(20)} ${parts[0]!.what}`).join('\n')}

  --profile   take a CPU profile also where the goal is met

BENCH_SLICE_MS (1000), BENCH_ROUNDS (5; each is two pairs) and BENCH_SEED change the run.
`;

/** Nothing here may take longer than this, whatever happens. */
const LIMIT_MS = 20 * 60_000;
/** What a part takes that is run once, with its profile. */
const PART_MS = 75_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, profile: { type: 'boolean' } },
});
const chosen: readonly (Figure | undefined)[] = positionals.length === 0 ? FIGURES : positionals.map(figureNamed);
if (values.help || chosen.includes(undefined)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}

const began = new Date();
/** Parts that have yet to come: their time is not for those before them. */
let ahead = (chosen as readonly Figure[]).flatMap(({ parts }) => parts).length;
const scope = openScope();
const temporary = await mkdtemp(join(tmpdir(), 'eucora-bench-'));
scope.own({ close: () => rm(temporary, { recursive: true, force: true }) });
const bench: Bench = {
  scope,
  temporary,
  output: resolve('bench'),
  sliceMs: numberFrom('BENCH_SLICE_MS', 1_000),
  rounds: numberFrom('BENCH_ROUNDS', 5),
  seed: numberFrom('BENCH_SEED', randomInt(2 ** 31)),
  left: () => LIMIT_MS - (Date.now() - began.getTime()) - ahead * PART_MS,
};

let ending: Promise<never> | undefined;
const end = (code: number) => (ending ??= scope.close().then(() => process.exit(code)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));
setTimeout(() => {
  console.error(`\nIt took longer than ${LIMIT_MS / 60_000} minutes and was ended; what was measured is above.`);
  void end(1);
}, LIMIT_MS).unref();

await ensurePostgreSql();
const on = await machine();
for (const [name, value] of Object.entries(on)) console.log(`${name.padEnd(10)}${value}`);
console.log(`${'seed'.padEnd(10)}${bench.seed}`);
const tooShort = bench.sliceMs < 1_000 ? ' (too short to count)' : '';
console.log(
  `${'slices'.padEnd(10)}${2 * bench.rounds} pairs of ${bench.sliceMs} ms${tooShort}, A B A B; one A/A for each two`,
);

const results: Result[] = [];
for (const figure of chosen as readonly Figure[]) {
  for (const part of figure.parts) {
    if (ending) await ending;
    ahead -= 1;
    console.log(`\n${figure.id} ${part.what}${part.against ? `\n   against ${part.against}` : ''}`);
    results.push(await resultOf(figure, part));
    await write(bench, on, results, began);
  }
}

// What was installed on the way, Redis, is there only now.
const file = await write(bench, { ...(await machine()), load: on.load }, results, began);
console.log(`\n${table(results)}\n\n${file} has every pair.`);
await end(results.some(({ failed }) => failed) ? 1 : 0);

async function resultOf(figure: Figure, part: Part): Promise<Result> {
  try {
    const measured = await part.measure(bench);
    const aa = measured.aa === undefined ? '' : `, A/A ${measured.aa.toFixed(2)}`;
    console.log(
      `   ${valueText(part.goal, measured.value)}${aa}; goal ${goalText(part.goal)}: ${verdictOf(part.goal, measured)}`,
    );
    if (measured.cost) console.log(`   ${costText(measured.cost)}`);
    if (measured.remark) console.log(`   ${measured.remark}`);
    const wanted = values.profile === true || !isMet(part.goal, measured);
    if (!part.profile || !wanted) return { figure, part, measured };
    return { figure, part, measured, profile: await explained(await part.profile(bench)) };
  } catch (cause) {
    if (ending) await ending;
    const failed = cause instanceof Error ? cause.message : String(cause);
    console.error(`   failed: ${failed}`);
    return { figure, part, failed };
  }
}

function figureNamed(asked: string): Figure | undefined {
  const found = FIGURES.find(({ id, name }) => [id.toLowerCase(), name].includes(asked.toLowerCase()));
  if (!found) console.error(`There is no figure ${asked}.\n`);
  return found;
}

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`${name} must be a whole number above 0`);
}
