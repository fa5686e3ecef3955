import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verdictOf, type Bench, type Figure, type Goal, type Measured, type Part, type Recording } from './figure.js';
import type { Machine } from './machine.js';
import { readProfile, type Profile } from './profile.js';

/** A part with what came of it. */
export interface Result {
  readonly figure: Figure;
  readonly part: Part;
  readonly measured?: Measured;
  /** Why there is no measurement. */
  readonly failed?: string;
  readonly profile?: Profile;
}

const TOP = 12;

/** Where the time of a missed goal went, for people; the profile itself opens in Chrome's DevTools. */
export async function explained(recording: Recording): Promise<Profile> {
  const profile = await readProfile(recording, TOP);
  console.log(`   ${profile.idle.toFixed(0)} % idle; of the rest:`);
  for (const { where, percent } of profile.hot) console.log(`   ${percent.toFixed(1).padStart(6)} %  ${where}`);
  console.log(`   the whole profile: ${profile.file}`);
  return profile;
}

export function table(results: readonly Result[]): string {
  const rows = [
    ['figure', 'what', 'against', 'goal', 'measured', 'A/A', ''],
    ...results.map(({ figure, part, measured, failed }) => [
      figure.id,
      part.what,
      part.against ?? '',
      goalText(part.goal),
      measured ? valueText(part.goal, measured.value) : '-',
      measured?.aa?.toFixed(2) ?? '-',
      failed ? 'failed' : verdictOf(part.goal, measured!),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const goalText = (goal: Goal | undefined): string => (goal ? `${goal.must} ${goal.value} ${goal.unit}` : 'none');

export const valueText = ({ unit }: Pick<Goal, 'unit'> = { unit: 'x' }, value: number): string =>
  unit === 'x' ? `${value.toFixed(2)} x` : unit === 's' ? `${value.toFixed(1)} s` : `${value.toFixed(0)} ms`;

export const costText = ({ ours, theirs }: NonNullable<Measured['cost']>): string =>
  `processor time a unit: ${ours.toFixed(0)} us against ${theirs.toFixed(0)} us, ${(theirs / ours).toFixed(2)} x`;

/** Everything, with every pair, for programs. The folder keeps itself out of version control. */
export async function write(bench: Bench, machine: Machine, results: readonly Result[], began: Date): Promise<string> {
  const file = join(bench.output, 'results.json');
  await mkdir(bench.output, { recursive: true });
  await writeFile(join(bench.output, '.gitignore'), '*\n');
  const figures = results.map(({ figure, part, measured, failed, profile }) => ({
    figure: figure.id,
    name: figure.name,
    what: part.what,
    against: part.against,
    goal: part.goal,
    ...(measured && { verdict: verdictOf(part.goal, measured), ...measured }),
    ...(failed && { verdict: 'failed', failed }),
    ...(profile && { profile }),
  }));
  const head = {
    began: began.toISOString(),
    seconds: Math.round((Date.now() - began.getTime()) / 1_000),
    machine,
    slice_ms: bench.sliceMs,
    pairs: 2 * bench.rounds,
    seed: bench.seed,
  };
  await writeFile(file, JSON.stringify({ ...head, figures }, undefined, 2));
  return file;
}
