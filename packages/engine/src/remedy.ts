import { isEucoraError, toEucoraError, type Context, type Journal, type Operation, type Refs } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import type { DriftBook } from './drift-book.js';
import type { Drift } from './hub.js';
import type { Parts } from './parts.js';
import { withApplicationHeld } from './plane-hold.js';
import { stillStands, type Standing } from './standing.js';
import { REMEDIATE_BACKOFF } from './schedule.js';

/** SPEC 2.2: what may be put right without asking anybody. */
export function mayRemediate({ intent, order }: Standing, { type }: Pick<Drift, 'type'>): boolean {
  if (order.package.privileged) return false;
  if (order.ring !== 'lab' && order.ring !== 'canary') return false;
  if (type === 'compliance_drift') return intent.remediateCompliance;
  return type === 'missing_assignment' || type === 'version_mismatch';
}

/**
 * One attempt, if one is due; after the last it is for the CAB. Runs come first: the attempt is postponed while one holds the
 * application, and dropped when one has changed what is wanted.
 */
export async function remedy(
  parts: Parts,
  catalogue: Catalogue,
  ctx: Context,
  book: DriftBook,
  one: Standing,
  drift: Drift,
): Promise<Drift> {
  if (drift.status === 'CAB_ESCALATION') return drift;
  if (!mayRemediate(one, drift)) {
    if (drift.status === 'MANUAL_REVIEW') return drift;
    return book.change(drift, 'DRIFT_NEEDS_REVIEW', { status: 'MANUAL_REVIEW' }, { what: drift.what });
  }
  if (drift.attempts > 0 && !isDue(drift, ctx.now())) return drift;
  if (drift.attempts >= REMEDIATE_BACKOFF.length) {
    return book.change(
      drift,
      'DRIFT_ESCALATED',
      { status: 'CAB_ESCALATION' },
      { attempts: drift.attempts, what: drift.what },
    );
  }

  const attempt = drift.attempts + 1;
  const started = await book.change(
    drift,
    'REMEDIATION_STARTED',
    { attempts: attempt, attemptedAt: ctx.now().toISOString() },
    { attempt },
  );
  const journal = driftJournal(book, started);
  const { plane } = parts.planes.get(one.order.plane)!;
  const holder = `drift:${drift.id}`;
  try {
    const outcome = await withApplicationHeld(parts, one.order.plane, one.order.package.name, holder, async () =>
      (await stillStands(parts, catalogue, one)) ? plane.remediate(ctx, { order: one.order, journal }) : undefined,
    );
    if (outcome === undefined)
      return await book.change(
        drift,
        'DRIFT_RESOLVED',
        { status: 'RESOLVED' },
        { what: 'something else is wanted now' },
      );
    if (typeof outcome === 'number') return await book.change(drift, 'REMEDIATION_POSTPONED', {}, { attempt });
    const summaries = outcome.done.map(({ summary }) => summary);
    if (drift.type === 'compliance_drift')
      return await book.change(started, 'REMEDIATION_TRIGGERED', {}, { attempt, operations: summaries });
    return await book.change(
      started,
      'REMEDIATION_DONE',
      { status: 'REMEDIATED' },
      { attempt, operations: summaries, after_ms: ctx.now().getTime() - Date.parse(drift.detectedAt) },
    );
  } catch (cause) {
    if (isEucoraError(cause) && cause.code.startsWith('STORAGE_')) throw cause;
    const { code, message, errorClass } = toEucoraError(cause);
    const status = errorClass === 'policy_violation' ? 'MANUAL_REVIEW' : drift.status;
    return book.change(started, 'REMEDIATION_FAILED', { status }, { attempt, code, what: message });
  }
}

const isDue = ({ attempts, attemptedAt }: Drift, now: Date): boolean =>
  now.getTime() >= Date.parse(attemptedAt!) + REMEDIATE_BACKOFF[Math.min(attempts, REMEDIATE_BACKOFF.length) - 1]!;

/** Every operation is told of before and after, like a run's. */
function driftJournal(book: DriftBook, drift: Drift): Journal {
  let refs: Refs = {};
  const name = ({ key, kind, phase, summary }: Operation) => ({ key, kind, phase, summary });
  return {
    get refs() {
      return refs;
    },
    doubts: [],
    started: async (operation) => void (await book.change(drift, 'OPERATION_STARTED', {}, name(operation))),
    async done(operation, named) {
      refs = { ...refs, ...named };
      await book.change(drift, 'OPERATION_DONE', {}, { ...name(operation), refs: named });
    },
  };
}
