import {
  canonicalJson,
  EucoraError,
  sha256Hex,
  type Context,
  type ExecutionPlane,
  type Journal,
  type Operation,
  type PlaneOperations,
} from '@eucora/sdk';
import type { RunState } from '../fold.js';

/**
 * The plane is as it was when the plan was made. Asked before the first operation; from then on {@link holdingTo} watches each.
 *
 * @throws EucoraError `PLAN_STALE`, naming the first operation and the field of the state that differs
 */
export async function requireSameState(
  plane: ExecutionPlane,
  ctx: Context,
  run: RunState,
  plan: PlaneOperations,
): Promise<void> {
  if (run.operations.length > 0 || run.doubts.length > 0) return;
  const state = await plane.queryState(ctx, { order: run.order });
  const first = plan.operations[0];
  const differs = firstDifference(plan.state, state);
  if (!differs || !first || sha256Hex(canonicalJson(state)) === first.precondition.state) return;
  throw stale(first, `${differs.path} was ${differs.planned} and is ${differs.found}`);
}

/**
 * A journal that lets exactly the planned operations begin, in their order, once. What a plane wants to do beside them is refused before it
 * is begun; what was done or begun before a crash may be found done.
 */
export function holdingTo(plan: PlaneOperations, run: () => RunState, journal: Journal): Journal {
  return {
    get refs() {
      return journal.refs;
    },
    get doubts() {
      return journal.doubts;
    },
    get recent() {
      return journal.recent ?? [];
    },
    async started(operation) {
      const { operations, doubts } = run();
      const known = new Set([...operations, ...doubts].map(({ key }) => key));
      const isResumed =
        doubts.some(({ key }) => key === operation.key) && !operations.some(({ key }) => key === operation.key);
      const next = plan.operations.find(({ key }) => !known.has(key));
      if (isResumed || next?.key === operation.key) return journal.started(operation);
      throw next
        ? stale(next, `the plane asks for "${operation.summary}" first: ${differenceOf(next, operation)}`)
        : stale(operation, 'it does not stand in the plan');
    },
    done: (operation, refs) => journal.done(operation, refs),
  };
}

/** Every planned operation of the phase was done. @throws EucoraError `PLAN_STALE`, naming the first that was found done by others */
export function requireAllDone(
  plan: PlaneOperations,
  phase: Operation['phase'],
  { operations, doubts }: RunState,
): void {
  const known = new Set([...operations, ...doubts].map(({ key }) => key));
  const left = plan.operations.find((operation) => operation.phase === phase && !known.has(operation.key));
  if (left) throw stale(left, 'the plane has it already, and not by us');
}

function differenceOf(planned: Operation, found: Operation): string {
  const differs = firstDifference(
    { kind: planned.kind, phase: planned.phase, params: planned.params },
    { kind: found.kind, phase: found.phase, params: found.params },
  );
  return differs ? `${differs.path} was ${differs.planned} and is ${differs.found}` : 'it comes at another place';
}

interface Difference {
  /** `assignments.0.target`. */
  readonly path: string;
  readonly planned: string;
  readonly found: string;
}

/** Where two plain values differ first, in the order of their names. */
function firstDifference(planned: unknown, found: unknown, path: readonly string[] = []): Difference | undefined {
  if (isMap(planned) && isMap(found) && Array.isArray(planned) === Array.isArray(found)) {
    for (const name of [...new Set([...Object.keys(planned), ...Object.keys(found)])].sort()) {
      const differs = firstDifference(planned[name], found[name], [...path, name]);
      if (differs) return differs;
    }
    return undefined;
  }
  if (planned === found) return undefined;
  return { path: path.join('.') || 'it', planned: shown(planned), found: shown(found) };
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => (value === undefined ? 'not there' : JSON.stringify(value).slice(0, 200));

const stale = ({ kind, key, summary }: Operation, what: string) =>
  new EucoraError('PLAN_STALE', { what: `${summary} (${key}): ${what}`, details: { operation: kind, key } });
