import type { Catalogue } from './catalogue.js';
import { foldRun, type RunState } from './fold.js';
import { previousRun } from './history.js';
import { runRowId, runRowOf } from './orders.js';
import type { Parts } from './parts.js';
import type { Append, StreamWrite } from './ports/event-store.js';
import { PRIORITY, type NewJob } from './ports/queue.js';
import type { ViewWrite } from './ports/views.js';
import { happened, runStream, stamped } from './run-events.js';

/**
 * The rollback runs of publish runs, as something to append: each under the correlation id of the publish it undoes.
 * What they go back to is decided now and recorded, so that a replay decides the same. A run that is being taken back
 * already is passed over.
 */
export async function takingBack(
  parts: Parts,
  catalogue: Catalogue,
  runs: readonly RunState[],
  request: { readonly reason: string; readonly by: string },
): Promise<Required<Pick<Append, 'writes' | 'jobs' | 'views'>>> {
  const writes: StreamWrite[] = [];
  const jobs: NewJob[] = [];
  const views: ViewWrite[] = [];
  for (const { order, correlationId, plane, requestedAt } of runs) {
    const stream = runStream('rollback', correlationId, plane);
    if ((await parts.storage.events.readStream(stream)).length > 0) continue;

    const before = await previousRun(parts, { order, requestedAt });
    const previous = before && (await catalogue.package(before.packageKey));
    const queued = happened('RUN_QUEUED', {
      intentId: order.intentId,
      ring: order.ring,
      plane,
      reason: request.reason,
      ...(previous && { previous }),
    });
    const events = stamped([queued], correlationId, request.by);
    const createdAt = parts.clock.now().toISOString();
    const stored = { ...events[0]!, position: 0, stream, version: 1, createdAt, hash: '', prevHash: '' };
    const row = runRowOf(foldRun('rollback', order, [stored]));
    writes.push({ stream, expectedVersion: 0, events });
    jobs.push({ key: stream, priority: PRIORITY.rollback });
    views.push({ collection: 'runs', id: runRowId(row), body: { ...row } });
  }
  return { writes, jobs, views };
}
