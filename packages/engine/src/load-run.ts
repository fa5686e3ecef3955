import { EucoraError } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { foldRun, type RunState } from './fold.js';
import { orderOf } from './orders.js';
import type { Parts } from './parts.js';
import type { RunKind } from './run.js';
import { runStream, type RunEvents } from './run-events.js';

/** Reads a run's stream and folds it. @throws EucoraError `RUN_NOT_FOUND` */
export async function loadRun(
  parts: Parts,
  catalogue: Catalogue,
  id: { readonly kind: RunKind; readonly correlationId: string; readonly plane: string },
): Promise<RunState> {
  const events = await parts.storage.events.readStream(runStream(id.kind, id.correlationId, id.plane));
  if (events.length === 0) {
    throw new EucoraError('RUN_NOT_FOUND', { what: `there is no ${id.kind} run ${id.correlationId} on ${id.plane}` });
  }
  const { intentId, ring } = events[0]!.data as RunEvents['RUN_QUEUED'];
  const intent = await catalogue.intent(intentId);
  const order = orderOf(intent, await catalogue.packageFor(intent, id.plane), ring, id.plane, id.correlationId);
  return foldRun(id.kind, order, events);
}
