import type { Scope } from './scope.js';

/** One of PERFORMANCE.md's figures; some are measured in several parts, each with a goal of its own. */
export interface Figure {
  /** `P1` */
  readonly id: string;
  /** For the command line: `accepted-publishes`. */
  readonly name: string;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly what: string;
  /** What it is measured against, in the same run. Absent for a plain time. */
  readonly against?: string;
  /** Absent where none was set: then the figure is there to be known. */
  readonly goal?: Goal;
  measure(bench: Bench): Promise<Measured>;
  /** Runs it once more with a CPU profile of the process under load. */
  profile?(bench: Bench): Promise<Recording>;
}

/** A CPU profile, and when in it the load was on. */
export interface Recording {
  readonly folder: string;
  /** Microseconds of the machine's steady clock. */
  readonly from: number;
  readonly to: number;
}

export interface Goal {
  readonly must: '>=' | '<=' | '<';
  readonly value: number;
  readonly unit: 'x' | 'ms' | 's';
}

export interface Bench {
  readonly scope: Scope;
  /** Where results and profiles are kept. */
  readonly output: string;
  /** A folder that goes away with the run. */
  readonly temporary: string;
  readonly sliceMs: number;
  /** Each is two pairs of slices. */
  readonly rounds: number;
  readonly seed: number;
  /** Milliseconds that this part may use for another try. */
  left(): number;
}

export interface Measured {
  readonly value: number;
  /** The same against the same, by the same rule; near 1 on a quiet machine. Absent when there is nothing to compare. */
  readonly aa?: number;
  readonly pairs: readonly Pair[];
  /** Microseconds of processor time that a unit of work took, of all processes together; busy neighbours do not change it much. */
  readonly cost?: { readonly ours: number; readonly theirs: number };
  /** For people: what was not as the figure wants it. */
  readonly remark?: string;
}

/** Two neighbouring slices, in units a second; or one duration, for a plain time. */
export interface Pair {
  readonly ours: number;
  readonly theirs?: number;
}

export type Verdict = 'met' | 'missed' | 'void' | 'measured';

/** Outside of it the machine was too restless to say anything. */
const QUIET = { from: 0.9, to: 1.1 };

export const isQuiet = ({ aa }: Measured): boolean => aa === undefined || (aa >= QUIET.from && aa <= QUIET.to);

export const isMet = (goal: Goal | undefined, { value }: Measured): boolean =>
  !goal || (goal.must === '>=' ? value >= goal.value : goal.must === '<=' ? value <= goal.value : value < goal.value);

export const verdictOf = (goal: Goal | undefined, measured: Measured): Verdict =>
  !isQuiet(measured) ? 'void' : !goal ? 'measured' : isMet(goal, measured) ? 'met' : 'missed';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
