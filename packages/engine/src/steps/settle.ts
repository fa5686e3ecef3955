import { packageKey } from '@eucora/sdk';
import { loadRun } from '../load-run.js';
import { runRowId, runRowOf } from '../orders.js';
import { PRIORITY } from '../ports/queue.js';
import { happened, runStream, stamped } from '../run-events.js';
import { RECONCILE_EVERY, reconcileKey } from '../schedule.js';
import type { Step } from './step.js';

/** The ring is done. From now on reconcile keeps it so. */
export const settle: Step = async ({ run, intent }) => {
  const { compliance, order } = run.state;
  const delayMs = RECONCILE_EVERY[intent.criticality];
  return {
    events: [happened('RUN_SETTLED', compliance ? { compliance } : {})],
    beside: { writes: [], jobs: [{ key: reconcileKey(order.intentId), priority: PRIORITY.reconcile, delayMs }] },
  };
};

/** The plane is back; the publish that was undone learns of it in the same breath. */
export const settleRollback: Step = async ({ parts, catalogue, run }) => {
  const { correlationId, plane, previous } = run.state;
  const undone = await loadRun(parts, catalogue, { kind: 'publish', correlationId, plane });
  const rolledBack = happened('RUN_ROLLED_BACK', previous ? { to: packageKey(previous) } : {});
  const row = runRowOf({ ...undone, status: 'ROLLED_BACK', updatedAt: parts.clock.now().toISOString() });
  return {
    events: [happened('RUN_SETTLED', {})],
    beside: {
      writes: [
        {
          stream: runStream('publish', correlationId, plane),
          expectedVersion: undone.version,
          events: stamped([rolledBack], correlationId, 'system'),
        },
      ],
      views: [{ collection: 'runs', id: runRowId(row), body: { ...row } }],
    },
  };
};
