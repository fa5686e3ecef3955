import { EucoraError } from '@eucora/sdk';
import type { StorableAppend, StoredEvent } from '@eucora/engine';

/** An append that waits for its answer. */
export interface Waiting {
  readonly request: StorableAppend;
  /** Flushes that it was part of. */
  tries: number;
  /** It may be what made a flush fail: it goes in one of its own. */
  alone: boolean;
  resolve(stored: readonly StoredEvent[]): void;
  reject(cause: unknown): void;
}

export interface Choice {
  readonly taken: readonly Waiting[];
  /** What the database must be asked about those that were taken; `n` is their place in `taken`. */
  readonly predecessors: readonly { readonly n: number; readonly stream: string; readonly version: number }[];
  readonly refused: readonly { readonly waiting: Waiting; readonly cause: EucoraError }[];
  readonly rest: Waiting[];
}

export const MAX_EVENTS = 500;
/** Characters, roughly: a statement that the server still takes lightly. */
const MAX_WEIGHT = 8_000_000;

/**
 * Who goes into the next flush, in order of arrival.
 *
 * @param reached how far streams are known to have come. Streams only grow, so a version below it is refused without
 *   asking; nothing is known of a stream that is not in it
 */
export function choose(waiting: readonly Waiting[], reached: (stream: string) => number | undefined): Choice {
  const taken: Waiting[] = [];
  const predecessors: Choice['predecessors'][number][] = [];
  const refused: Choice['refused'][number][] = [];
  const rest: Waiting[] = [];
  /** Where streams will be if everything taken is stored. */
  const hoped = new Map<string, number>();
  let [events, weight] = [0, 0];

  for (const [at, one] of waiting.entries()) {
    const full =
      taken.length > 0 &&
      (events + one.request.size > MAX_EVENTS || weight + one.request.weight > MAX_WEIGHT || one.alone);
    if (full || taken[0]?.alone) {
      rest.push(...waiting.slice(at));
      break;
    }
    const look = lookAt(one.request, hoped, reached);
    if (look.verdict === 'refuse') refused.push({ waiting: one, cause: versionConflict(look) });
    else if (look.verdict === 'wait') rest.push(one);
    else {
      predecessors.push(...look.predecessors.map((event) => ({ n: taken.length, ...event })));
      for (const [stream, version] of look.versions) hoped.set(stream, version);
      taken.push(one);
      events += one.request.size;
      weight += one.request.weight;
    }
  }
  return { taken, predecessors, refused, rest };
}

type Look =
  | { verdict: 'take'; versions: Map<string, number>; predecessors: { stream: string; version: number }[] }
  /** Whether it fits shows when the flush before it is stored. */
  | { verdict: 'wait' }
  | { verdict: 'refuse'; stream: string; expected: number; actual: number };

function lookAt(
  { writes }: StorableAppend,
  hoped: ReadonlyMap<string, number>,
  reached: (stream: string) => number | undefined,
): Look {
  const versions = new Map<string, number>();
  const predecessors: { stream: string; version: number }[] = [];
  for (const { stream, expectedVersion: expected, events } of writes) {
    const own = versions.get(stream);
    const before = hoped.get(stream);
    const known = reached(stream) ?? 0;
    if (own !== undefined) {
      if (own !== expected) return { verdict: 'refuse', stream, expected, actual: own };
    } else if (known > expected) return { verdict: 'refuse', stream, expected, actual: known };
    else if (before !== undefined) {
      if (before !== expected) return { verdict: 'wait' };
    } else if (known < expected) predecessors.push({ stream, version: expected });
    versions.set(stream, expected + events.length);
  }
  return { verdict: 'take', versions, predecessors };
}

export const versionConflict = ({ stream, expected, actual }: { stream: string; expected: number; actual: number }) =>
  new EucoraError('VERSION_CONFLICT', {
    what: `${stream} is at version ${actual}, not ${expected}`,
    details: { stream, actual_version: actual },
  });
