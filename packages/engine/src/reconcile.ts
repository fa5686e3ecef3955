import { canListAssignments, isEucoraError, reasonOf, toEucoraError, type Context } from '@eucora/sdk';
import { alertFor } from './alerts.js';
import type { Catalogue } from './catalogue.js';
import { measure } from './compliance.js';
import { contextFor } from './contexts.js';
import { findAssignmentDrift, findComplianceDrift, findExtra, type Finding } from './drift.js';
import { driftBook, type DriftBook } from './drift-book.js';
import { runRows } from './history.js';
import type { Drift, ReconcileReport } from './hub.js';
import { freshId } from './ids.js';
import type { Parts } from './parts.js';
import { remedy } from './remedy.js';
import { standing, stillStands, type Standing } from './standing.js';

/** Compares what was wanted with what is there, puts right what policy allows, and records the rest for people. */
export async function reconcile(
  parts: Parts,
  catalogue: Catalogue,
  request: { readonly intentId?: string; readonly by: string; readonly signal?: AbortSignal },
): Promise<ReconcileReport> {
  const ctx = contextFor(parts, {
    correlationId: freshId(parts.clock.now()),
    actor: request.by,
    background: true,
    ...(request.signal && { signal: request.signal }),
  });
  const all = await standing(parts, catalogue, request.intentId);
  const mine = all.filter(({ intent }) => !request.intentId || intent.id === request.intentId);
  const book = driftBook(parts, ctx);
  const drift: Drift[] = [];
  const unreachable: { plane: string; what: string }[] = [];
  const away = new Set<string>();

  for (const one of mine) {
    const { plane } = one.order;
    if (away.has(plane)) continue;
    try {
      drift.push(...(await compare(parts, catalogue, ctx, book, one)));
    } catch (cause) {
      ctx.signal.throwIfAborted();
      if (isEucoraError(cause) && cause.code.startsWith('STORAGE_')) throw cause;
      const error = toEucoraError(cause);
      unreachable.push({ plane, what: reasonOf(error) });
      // What is wrong with one order (a group that is gone) keeps nobody from looking at the others.
      if (error.errorClass === 'transient') away.add(plane);
    }
  }
  for (const intent of new Map(mine.map((one) => [one.intent.id, one.intent])).values()) await book.tellOf(intent);
  if (!request.intentId) {
    drift.push(...(await findExtras(parts, ctx, book, all, away, unreachable)));
    await book.resolveUnseen(new Set(drift.map(({ id }) => id)), new Set(unreachable.map(({ plane }) => plane)));
  }
  return {
    intents: new Set(mine.map(({ intent }) => intent.id)).size,
    orders: mine.length,
    drift,
    unreachable,
  };
}

async function compare(
  parts: Parts,
  catalogue: Catalogue,
  ctx: Context,
  book: DriftBook,
  one: Standing,
): Promise<Drift[]> {
  const found = await look(parts, ctx, one);
  if (found && !(await stillStands(parts, catalogue, one))) return [];
  await book.resolveOthers(one.order, found?.type);
  if (!found) return [];
  const drift = await book.record(one.order, found);
  return [await alerted(ctx, book, one, await remedy(parts, catalogue, ctx, book, one, drift))];
}

/** Tells of a drift once. */
async function alerted(ctx: Context, book: DriftBook, { intent }: Standing, drift: Drift): Promise<Drift> {
  const alert = drift.alert === undefined ? alertFor(drift, intent.criticality, ctx.now()) : undefined;
  return alert ? book.change(drift, 'ALERT_RAISED', { alert }, { alert, severity: drift.severity }) : drift;
}

async function look(parts: Parts, ctx: Context, one: Standing): Promise<Finding | undefined> {
  const { intent, order, row, returnedAt } = one;
  const plane = parts.planes.get(order.plane)?.plane;
  if (!plane) throw new Error(`connector ${order.plane} is not enabled`);
  const misplaced = findAssignmentDrift(order, await plane.queryState(ctx, { order }));
  if (misplaced || row.status !== 'SETTLED') return misplaced;
  const { successThreshold, timeToComplianceHours } = intent.rings.find(({ ring }) => ring === order.ring)!;
  const sinceMs = returnedAt ? ctx.now().getTime() - Date.parse(returnedAt) : Infinity;
  if (sinceMs < timeToComplianceHours * 3_600_000) return undefined; // Devices that were sent back have the ring's time again.
  const compliance = await measure(plane.deviceStates(ctx, { order }), order.purpose);
  return findComplianceDrift(order, compliance, successThreshold);
}

/** Everything of ours on a plane that nothing wants. What a run may still be writing, or took off, is not extra. */
async function findExtras(
  parts: Parts,
  ctx: Context,
  book: DriftBook,
  all: readonly Standing[],
  away: ReadonlySet<string>,
  unreachable: { plane: string; what: string }[],
): Promise<Drift[]> {
  const drift: Drift[] = [];
  const rows = await runRows(parts, { status: ['IN_PROGRESS', 'HALTED', 'ROLLED_BACK', 'OBSERVING', 'QUEUED'] });
  const excused = new Set(
    rows
      .filter(({ kind, touched }) => touched || kind === 'rollback')
      .flatMap(({ plane, packageName, scope }) => scope.include.map((target) => `${plane}\n${packageName}\n${target}`)),
  );
  for (const id of parts.planes.ids()) {
    const plane = parts.planes.get(id)?.plane;
    if (!plane || !canListAssignments(plane) || away.has(id)) continue;
    const orders = all.filter(({ order }) => order.plane === id).map(({ order }) => order);
    try {
      for await (const page of plane.listAssignments(ctx)) {
        const candidates = page.filter(({ packageName, target }) => !excused.has(`${id}\n${packageName}\n${target}`));
        for (const extra of findExtra(orders, candidates)) drift.push(await book.recordExtra(id, extra));
      }
    } catch (cause) {
      ctx.signal.throwIfAborted();
      unreachable.push({ plane: id, what: reasonOf(toEucoraError(cause)) });
    }
  }
  return drift;
}
