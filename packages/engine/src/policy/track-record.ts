import type { Order } from '@eucora/sdk';
import { previousOf, runRows } from '../history.js';
import type { RunRow } from '../orders.js';
import type { Parts } from '../parts.js';
import type { RunStatus } from '../run.js';
import type { RiskFacts } from './risk.js';

const WRONG: ReadonlySet<RunStatus> = new Set(['FAILED', 'HALTED', 'ROLLED_BACK']);

/** What the past says about an order: what it would go back to, how often this application went wrong, who publishes it. */
export async function trackRecord(
  parts: Parts,
  run: { readonly order: Order; readonly requestedAt: string },
): Promise<Pick<RiskFacts, 'publisherKnown' | 'past' | 'reversible'> & { readonly previous?: RunRow }> {
  const { name, publisher } = run.order.package;
  const rows = (await runRows(parts, { packageName: name, kind: 'publish' })).filter(
    ({ correlationId }) => correlationId !== run.order.correlationId,
  );
  const failed = rows.filter(({ status }) => WRONG.has(status)).length;
  const settled = rows.filter(({ status }) => status === 'SETTLED');
  const previous = previousOf(settled, run);
  return {
    publisherKnown: settled.some((row) => row.publisher === publisher) || (await hasSettled(parts, publisher)),
    past: { ended: failed + settled.length, failed },
    reversible: previous !== undefined,
    ...(previous && { previous }),
  };
}

const hasSettled = async ({ storage }: Parts, publisher: string): Promise<boolean> =>
  (await storage.views.list('runs', { where: { publisher, kind: 'publish', status: 'SETTLED' }, limit: 1 })).items
    .length > 0;
