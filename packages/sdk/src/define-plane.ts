import type { CanPlan } from './abilities.js';
import type { Capability, Heartbeat } from './connector.js';
import type { Context } from './context.js';
import { EucoraError } from './errors.js';
import type { ExecutionPlane, Journal, Operation, PlaneState, Refs, VerbOutcome } from './execution-plane.js';
import { idempotencyKey } from './idempotency.js';
import type { DeviceState, Order } from './vocabulary.js';

/** An order with the journal's memory of it. */
export interface Known {
  readonly order: Order;
  /** What the plane named in earlier calls; empty after a lost journal, so `observe` must also find by mark or natural key. */
  readonly refs: Refs;
}

/** The four small parts that make a plane, and its lifecycle. */
export interface PlaneParts<Desired, State extends PlaneState> {
  readonly capabilities?: readonly Capability[];
  connect?(ctx: Context): Promise<void>;
  disconnect?(ctx: Context): Promise<void>;
  check(ctx: Context): Promise<Heartbeat>;
  /** Pure. The objects that should exist for the order, each carrying our mark. Same order, same objects. */
  desired(order: Order): Desired;
  /** What the plane holds now of them and of the application's other versions. Changes nothing. */
  observe(ctx: Context, known: Known): Promise<State>;
  /** Pure. The operations left to do, in order; empty means converged. Build them with {@link operation}. */
  diff(desired: Desired, observed: State): readonly Operation[];
  /** One operation, its precondition checked. Returns what the plane named. Safe to call when it is done already. */
  execute(ctx: Context, operation: Operation, known: Known & { readonly observed: State }): Promise<Refs>;
  deviceStates(ctx: Context, known: Known): AsyncIterable<readonly DeviceState[]>;
  /**
   * Milliseconds for which the plane may not show what it accepted. Within that time nothing of unknown outcome is
   * repeated. Default 0: it shows at once.
   */
  readonly consistencyMs?: number;
}

/**
 * An operation with its key.
 *
 * @param params plain JSON, without ids that the plane has yet to give
 * @param writes see {@link Operation.writes}
 */
export const operation = (
  plane: string,
  phase: Operation['phase'],
  kind: string,
  summary: string,
  params: Readonly<Record<string, unknown>>,
  writes?: readonly string[],
): Operation => ({
  phase,
  kind,
  key: idempotencyKey(plane, kind, params).short,
  summary,
  params,
  ...(writes && { writes }),
});

/** Turns beyond what the first diff announced; a diff that never becomes empty ends here. */
const SPARE_TURNS = 50;
const LOOK_AGAIN_MS = 1_000;

/** An {@link ExecutionPlane} that can plan, from its parts. Extra abilities are kept: spread them beside the parts. */
export function definePlane<Desired, State extends PlaneState, Extra extends object = object>(
  parts: PlaneParts<Desired, State> & Extra,
): ExecutionPlane & CanPlan & Omit<Extra, keyof PlaneParts<Desired, State>> {
  const converge = async (
    ctx: Context,
    order: Order,
    journal: Journal,
    ...phases: readonly Operation['phase'][]
  ): Promise<VerbOutcome> => {
    const want = parts.desired(order);
    const done: Operation[] = [];
    const writtenAt = writtenBefore(journal);
    let refs = journal.refs;

    for (let turn = 0, turns = SPARE_TURNS; turn < turns; turn++) {
      const { observed, next, left } = await look(ctx, want, { order, refs }, phases, writtenAt);
      if (!next) return { done, refs };
      if (turn === 0) turns += left;
      if (done.some(({ key }) => key === next.key)) throw notConverging(order, next);
      ctx.signal.throwIfAborted();
      await journal.started(next);
      const named = await parts.execute(ctx, next, { order, refs, observed });
      await journal.done(next, named);
      writtenAt.set(next.key, ctx.now().getTime());
      refs = { ...refs, ...named };
      done.push(next);
    }
    throw notConverging(order, done.at(-1)!);
  };

  /** The next operation; one that we wrote, or may have written, only once the plane has had its time to show it. */
  const look = async (
    ctx: Context,
    want: Desired,
    known: Known,
    phases: readonly Operation['phase'][],
    writtenAt: ReadonlyMap<string, number>,
  ) => {
    for (;;) {
      const observed = await parts.observe(ctx, known);
      const toDo = parts.diff(want, observed).filter(({ phase }) => phases.includes(phase));
      const next = toDo[0];
      const visibleBy = next && (writtenAt.get(next.key) ?? -Infinity) + (parts.consistencyMs ?? 0);
      if (visibleBy === undefined || visibleBy <= ctx.now().getTime()) return { observed, next, left: toDo.length };
      await ctx.sleep(Math.min(LOOK_AGAIN_MS, visibleBy - ctx.now().getTime()));
    }
  };

  const planFor = async (ctx: Context, order: Order) =>
    parts.diff(parts.desired(order), await parts.observe(ctx, { order, refs: {} }));

  return {
    ...parts,
    capabilities: new Set(parts.capabilities ?? ['push', 'compliance', 'rollback']),
    connect: async (ctx) => parts.connect?.(ctx),
    disconnect: async (ctx) => parts.disconnect?.(ctx),
    check: (ctx) => parts.check(ctx),
    publishPackage: (ctx, { order, journal }) => converge(ctx, order, journal, 'publish'),
    createAssignment: (ctx, { order, journal }) => converge(ctx, order, journal, 'assign'),
    remediate: (ctx, { order, journal }) => converge(ctx, order, journal, 'publish', 'assign'),
    rollback: (ctx, { order, previous, journal }) =>
      converge(ctx, takenBack(order, previous), journal, 'publish', 'assign'),
    queryState: (ctx, { order, refs = {} }) => parts.observe(ctx, { order, refs }),
    deviceStates: (ctx, { order, refs = {} }) => parts.deviceStates(ctx, { order, refs }),
    plan: (ctx, { order }) => planFor(ctx, order),
    planRollback: (ctx, { order, previous }) => planFor(ctx, takenBack(order, previous)),
  };
}

/** Rolling back is wanting something else: the older package on the same targets, or ours off them. */
export const takenBack = (order: Order, previous: Order['package'] | undefined): Order =>
  previous ? { ...order, package: previous } : { ...order, purpose: 'uninstall' };

/** When the operations that the journal knows of were written, or may have been. Milliseconds since 1970, by key. */
const writtenBefore = ({ recent = [], doubts }: Journal): Map<string, number> =>
  new Map([
    ...recent.map(({ key, at }) => [key, Date.parse(at)] as const),
    ...doubts.map(({ key, startedAt }) => [key, Date.parse(startedAt)] as const),
  ]);

const notConverging = (order: Order, { summary }: Operation) =>
  new EucoraError('PLANE_NOT_CONVERGING', {
    what: `${order.plane} accepted "${summary}" and still does not show it`,
    details: { plane: order.plane, operation: summary },
  });
