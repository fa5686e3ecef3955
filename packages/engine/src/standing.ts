import type { Intent, Order } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { runRows } from './history.js';
import { orderOf, runRowId, standingRuns, type RunRow } from './orders.js';
import type { Parts } from './parts.js';

/** What should be there, on whose behalf. */
export interface Standing {
  readonly row: RunRow;
  readonly intent: Intent;
  /** With the scope that later runs have left it. */
  readonly order: Order;
  /** When a rollback last sent devices of the scope back here. ISO 8601, UTC. */
  readonly returnedAt?: string;
}

/** Of everything, or of the application that one intent is about: other intents for it may have taken over its targets. */
export async function standing(parts: Parts, catalogue: Catalogue, intentId?: string): Promise<Standing[]> {
  const application = intentId && (await applicationOf(catalogue, intentId));
  const where: Readonly<Record<string, string>> = application ? { packageName: application } : {};
  const rows = await runRows(parts, where);
  return Promise.all(
    standingRuns(rows).map(async (row) => {
      const intent = await catalogue.intent(row.intentId);
      const pkg = await catalogue.packageFor(intent, row.plane);
      const order = orderOf(intent, pkg, row.ring, row.plane, row.correlationId);
      const returnedAt = lastReturn(rows, row);
      return { row, intent, order: { ...order, scope: row.scope }, ...(returnedAt && { returnedAt }) };
    }),
  );
}

const lastReturn = (rows: readonly RunRow[], { plane, packageName, scope }: RunRow): string | undefined =>
  rows
    .filter((row) => row.kind === 'rollback' && row.plane === plane && row.packageName === packageName)
    .filter((row) => row.scope.include.some((target) => scope.include.includes(target)))
    .map(({ updatedAt }) => updatedAt)
    .sort()
    .at(-1);

async function applicationOf(catalogue: Catalogue, intentId: string): Promise<string> {
  const intent = await catalogue.intent(intentId);
  return (await catalogue.packageFor(intent, intent.planes[0]!)).name;
}

/** Between a look and a remedy, a rollback or a newer version may have been asked for. */
export async function stillStands(parts: Parts, catalogue: Catalogue, { row, intent }: Standing): Promise<boolean> {
  const found = (await standing(parts, catalogue, intent.id)).find((one) => runRowId(one.row) === runRowId(row));
  return found !== undefined && found.row.scope.include.join('\n') === row.scope.include.join('\n');
}
