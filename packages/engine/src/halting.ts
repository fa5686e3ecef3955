import { EucoraError } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { approvalWrite } from './policy/approvals.js';
import type { RunState } from './fold.js';
import { runRows } from './history.js';
import { loadRun } from './load-run.js';
import { runRowId, runRowOf } from './orders.js';
import type { Parts } from './parts.js';
import { ENDED } from './run.js';
import { runStream } from './run-events.js';
import { isConflict } from './conflict.js';
import { haltWrite } from './rollouts.js';

/**
 * Stops every run of an intent that has not ended. What is on a plane stays there.
 *
 * @param interrupt called for each run before its halt is recorded, so that work under way here stops at once
 * @returns the correlation ids of the rollouts that were stopped
 */
export async function haltIntent(
  parts: Parts,
  catalogue: Catalogue,
  intentId: string,
  request: { readonly reason: string; readonly by: string },
  interrupt: (key: string) => void,
): Promise<string[]> {
  const rows = (await runRows(parts, { intentId, kind: 'publish' })).filter(({ status }) => !ENDED.has(status));
  const stopped = new Set<string>();
  for (const row of rows) {
    interrupt(runStream(row.kind, row.correlationId, row.plane));
    if (await haltRun(parts, catalogue, row, request)) stopped.add(row.correlationId);
  }
  if (stopped.size === 0) {
    throw new EucoraError('RUN_FINISHED', { what: `no run of intent ${intentId} is under way` });
  }
  return [...stopped];
}

async function haltRun(
  parts: Parts,
  catalogue: Catalogue,
  id: Pick<RunState, 'kind' | 'correlationId' | 'plane'>,
  request: { readonly reason: string; readonly by: string },
): Promise<boolean> {
  const run = await loadRun(parts, catalogue, id);
  if (run.endedAt) return false;
  const row = runRowOf({ ...run, status: 'HALTED', updatedAt: parts.clock.now().toISOString() });
  const isAsking = run.status === 'AWAITING_APPROVAL' && run.approval;
  const approval = isAsking
    ? await approvalWrite(parts, isAsking.id, { status: 'VOID', note: 'the run was halted' })
    : [];
  try {
    await parts.storage.events.append({
      writes: [haltWrite(run, request.reason, request.by)],
      views: [{ collection: 'runs', id: runRowId(row), body: { ...row, step: null } }, ...approval],
    });
    return true;
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    return haltRun(parts, catalogue, id, request);
  }
}
