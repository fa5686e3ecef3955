import { join } from 'node:path';
import type { Running, Slice } from './contender.js';
import { isQuiet, median, type Bench, type Goal, type Measured, type Pair, type Part } from './figure.js';
import { processorTime } from './processor-time.js';
import { within, type Scope } from './scope.js';

/** Two contenders on the same ground. */
export interface Duel<Ground> {
  readonly what: string;
  readonly against: string;
  readonly goal?: Goal;
  /** `rate`: ours through theirs. `time`: how many times as long ours takes. */
  readonly compares?: 'rate' | 'time';
  /** What both stand on: a server, made anew for every run. */
  ground(bench: Bench, scope: Scope): Promise<Ground>;
  /** @param nodeArgs for the process that a profile is to be taken of */
  ours(ground: Ground, scope: Scope, nodeArgs: readonly string[]): Promise<Running>;
  theirs(ground: Ground, scope: Scope): Promise<Running>;
  /** Looks whether ours has done what it says. @returns a remark @throws when it has not */
  verify?(ground: Ground): Promise<string | undefined>;
}

/** Beginnings are slow: what is compiled and cached then is not what is asked about. */
const WARM_UP = 3;
/** Runs of a part while the machine is restless. */
const TRIES = 3;
/** Milliseconds that a run takes beside its slices, roughly. */
const AROUND_MS = 20_000;
const PROFILE_MS = 6_000;

export const duel = <Ground>(given: Duel<Ground>): Part => ({
  what: given.what,
  against: given.against,
  ...(given.goal && { goal: given.goal }),

  async measure(bench) {
    const needed = (4 * bench.rounds + 2 * WARM_UP) * bench.sliceMs + AROUND_MS;
    let measured = await once(given, bench);
    for (let tries = 1; tries < TRIES && !isQuiet(measured) && bench.left() > needed; tries++) {
      console.log(`   A/A is ${measured.aa?.toFixed(2)}: void, once more`);
      measured = await once(given, bench);
    }
    return measured;
  },

  async profile(bench) {
    const folder = join(bench.output, 'profiles', `${given.what.replaceAll(/\W+/g, '-').slice(0, 60)}-${Date.now()}`);
    return within(bench.scope, async (scope) => {
      const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
      const ours = scope.own(await given.ours(await given.ground(bench, scope), scope, args));
      await ours.slice(WARM_UP * bench.sliceMs);
      const from = microseconds();
      await ours.slice(PROFILE_MS);
      return { folder, from, to: microseconds() };
    });
  },
});

/** The clock of V8's profiles, which is the machine's. */
const microseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

const once = <Ground>(given: Duel<Ground>, bench: Bench): Promise<Measured> =>
  within(bench.scope, async (scope) => {
    const ground = await given.ground(bench, scope);
    const ours = scope.own(await given.ours(ground, scope, []));
    const theirs = scope.own(await given.theirs(ground, scope));
    const slices: (readonly [Spent, Spent])[] = [];
    for (let warm = 0; warm < WARM_UP; warm++) await pairOf(ours, theirs, bench.sliceMs);
    for (let pair = 0; pair < 2 * bench.rounds; pair++) {
      slices.push(await pairOf(ours, theirs, bench.sliceMs));
      if (process.stdout.isTTY) process.stdout.write(`\r   pair ${pair + 1} of ${2 * bench.rounds} `);
    }
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
    const remark = await given.verify?.(ground);
    return { ...judged(slices, given.compares ?? 'rate'), ...(remark && { remark }) };
  });

/** A slice, with the processor time that it took: nothing else of ours is at work meanwhile. */
interface Spent extends Slice {
  readonly us: number;
}

async function spent(contender: Running, ms: number): Promise<Spent> {
  const before = processorTime() ?? NaN;
  const slice = await contender.slice(ms);
  return { ...slice, us: (processorTime() ?? NaN) - before };
}

/** A B A B …: each pair is two neighbours, so that what troubles the machine troubles both. */
const pairOf = async (ours: Running, theirs: Running, ms: number): Promise<readonly [Spent, Spent]> => [
  await spent(ours, ms),
  await spent(theirs, ms),
];

const rateOf = ({ done, ms }: Slice): number => (done / ms) * 1_000;

/** The median of the pairs' ratios, and of A against the A of the pair after it. */
function judged(slices: readonly (readonly [Spent, Spent])[], compares: 'rate' | 'time'): Measured {
  const pairs = slices.map(([ours, theirs]) => ({ ours: rateOf(ours), theirs: rateOf(theirs) }));
  const ratio = ({ ours, theirs }: Required<Pair>) => (compares === 'rate' ? ours / theirs : theirs / ours);
  const evens = pairs.filter((_, at) => at % 2 === 0);
  const odds = pairs.filter((_, at) => at % 2 === 1);
  const [ours, theirs] = [costOf(slices.map(([one]) => one)), costOf(slices.map(([, other]) => other))];
  return {
    value: median(pairs.map(ratio)),
    aa: median(evens.map(({ ours }, at) => ours / odds[at]!.ours)),
    pairs,
    ...(Number.isFinite(ours) && { cost: { ours, theirs } }),
  };
}

/** Microseconds of processor time a unit. */
const costOf = (slices: readonly Spent[]): number =>
  slices.reduce((sum, { us }) => sum + us, 0) / slices.reduce((sum, { done }) => sum + done, 0);
