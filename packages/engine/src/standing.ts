import type { Intent, Order } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { runRows } from './history.js';
import { orderOf, standingRuns, type RunRow } from './orders.js';
import type { Parts } from './parts.js';

/** What should be there, on whose behalf. */
export interface Standing {
  readonly row: RunRow;
  readonly intent: Intent;
  /** With the scope that later runs have left it. */
  readonly order: Order;
}

/** Of everything, or of the application that one intent is about: other intents for it may have taken over its targets. */
export async function standing(parts: Parts, catalogue: Catalogue, intentId?: string): Promise<Standing[]> {
  const application = intentId && (await catalogue.package((await catalogue.intent(intentId)).packageKey)).name;
  const where = { kind: 'publish', ...(application && { packageName: application }) };
  return Promise.all(
    standingRuns(await runRows(parts, where)).map(async (row) => {
      const intent = await catalogue.intent(row.intentId);
      const pkg = await catalogue.package(intent.packageKey);
      const order = orderOf(intent, pkg, row.ring, row.plane, row.correlationId);
      return { row, intent, order: { ...order, scope: row.scope } };
    }),
  );
}
