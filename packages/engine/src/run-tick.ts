import { EucoraError, isEucoraError, reasonOf, toEucoraError, type Context } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { contextFor } from './contexts.js';
import type { Parts } from './parts.js';
import type { ClaimedJob } from './ports/queue.js';
import { runErrorOf } from './run-error.js';
import { happened, type RunEvent } from './run-events.js';
import { openRunLog, RunEnded, type RunLog } from './run-log.js';
import type { Run, RunKind } from './run.js';
import { takingBack } from './taking-back.js';
import { PIPELINES } from './steps/index.js';
import { withPlaneHeld } from './plane-hold.js';

export interface Rest {
  /** Look again after so many milliseconds; absent: done, or waiting to be called. */
  readonly againMs?: number;
  readonly failed?: boolean;
}

/** Takes a run as far as it goes now: reads where it is, does step after step, and stops where it has to wait. */
export async function tickRun(
  parts: Parts,
  catalogue: Catalogue,
  id: { readonly kind: RunKind; readonly correlationId: string; readonly plane: string },
  job: Pick<ClaimedJob, 'key' | 'token'>,
  signal: AbortSignal,
): Promise<Rest> {
  const run = await openRunLog(parts, catalogue, id, { key: job.key, token: job.token });
  const ctx = contextFor(parts, {
    correlationId: id.correlationId,
    actor: run.state.requestedBy,
    signal,
    audit: run.note,
  });

  while (run.state.step) {
    if (signal.aborted) return { againMs: 0 };
    try {
      const wait = await withPlaneHeld(parts, run.state, job.key, () => doStep(parts, catalogue, ctx, run));
      if (wait === 'called') return {};
      if (wait !== undefined) return { againMs: wait };
    } catch (cause) {
      if (cause instanceof RunEnded) break;
      if (signal.aborted) return { againMs: 0 };
      if (isEucoraError(cause) && LOST.has(cause.code)) throw cause;
      const rest = await recordFailure(parts, catalogue, run, cause);
      if (rest) return rest;
    }
  }
  await run.append([]);
  return {};
}

/** A plane that is away comes back some day; until then the run waits, and says so. */
const AWAY: ReadonlySet<string> = new Set(['PLANE_UNREACHABLE', 'PLANE_THROTTLED', 'CIRCUIT_OPEN']);

/** Not failures of the run: this worker has no right, or no way, to write of it now. */
const LOST: ReadonlySet<string> = new Set(['STALE_LEASE', 'STORAGE_FULL', 'STORAGE_UNAVAILABLE']);

async function doStep(
  parts: Parts,
  catalogue: Catalogue,
  ctx: Context,
  run: RunLog,
): Promise<number | 'called' | undefined> {
  const { kind, step, order } = run.state;
  const intent = await catalogue.intent(order.intentId);
  const plane = parts.planes.get(order.plane)?.plane;
  if (!plane) throw new EucoraError('PLANE_UNREACHABLE', { what: `connector ${order.plane} is not enabled` });
  const outcome = await PIPELINES[kind][step!]!({ parts, catalogue, ctx, run, plane, intent });
  await run.append(outcome.events, outcome.beside);
  return outcome.wait;
}

/** Transient: come back later. Permanent: failed. Policy: refused while nothing was touched, halted (or taken back) after. */
async function recordFailure(
  parts: Parts,
  catalogue: Catalogue,
  run: RunLog,
  cause: unknown,
): Promise<Rest | undefined> {
  const error = toEucoraError(cause);
  const { state } = run;
  const runError = runErrorOf(error, parts.clock.now());
  parts.log.warn(
    { correlation_id: state.correlationId, plane: state.plane, step: state.step, code: error.code },
    reasonOf(error),
  );

  const isPatient = AWAY.has(error.code) || state.failures + 1 < parts.settings.maxFailures;
  if (error.errorClass === 'transient' && isPatient) {
    await run.append([happened('STEP_FAILED', { step: state.step!, error: runError })]);
    return { againMs: waitAfter(parts, error, run.state.failures), failed: true };
  }
  if (state.kind === 'publish' && error.errorClass === 'policy_violation') {
    if (!state.admitted) await run.append([happened('RUN_REFUSED', { error: runError })]);
    else await stopHere(parts, catalogue, run, error, runError);
    return undefined;
  }
  await run.append([happened('RUN_FAILED', { error: runError })]);
  return undefined;
}

async function stopHere(
  parts: Parts,
  catalogue: Catalogue,
  run: RunLog,
  error: EucoraError,
  runError: NonNullable<Run['lastError']>,
) {
  const halted: RunEvent = happened('RUN_HALTED', { reason: error.message, error: runError });
  const { onFailure } = await catalogue.intent(run.state.order.intentId);
  const missedItsGoal = error.code === 'THRESHOLD_MISSED' || error.code === 'TIME_EXCEEDED';
  if (onFailure === 'halt' || !missedItsGoal) return run.append([halted]);
  const rollback = await takingBack(parts, catalogue, [run.state], { reason: error.message, by: 'system' });
  await run.append([halted], rollback);
}

/** Doubles with each failure; what the plane asked for counts above all. */
function waitAfter({ settings }: Parts, error: EucoraError, failures: number): number {
  const backoff = Math.min(settings.retryMaxMs, settings.retryMinMs * 2 ** Math.min(20, failures - 1));
  return Math.max(backoff, error.retryAfterMs ?? 0);
}
