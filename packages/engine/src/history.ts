import { RINGS, ringNumber, type Order, type RingName } from '@eucora/sdk';
import type { RunRow } from './orders.js';
import type { Parts } from './parts.js';

/** Every row of the `runs` view that matches. */
export async function runRows(
  parts: Parts,
  where: Readonly<Record<string, string | boolean | readonly string[]>>,
): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  let after: string | undefined;
  do {
    const page = await parts.storage.views.list<RunRow>('runs', { where, limit: 1_000, ...(after && { after }) });
    rows.push(...page.items);
    after = page.next;
  } while (after);
  return rows;
}

/** What the run's targets had before it: the last settled publish of another package of the same application there. */
export async function previousRun(parts: Parts, run: Asked): Promise<RunRow | undefined> {
  const { plane, package: pkg } = run.order;
  return previousOf(await runRows(parts, { plane, packageName: pkg.name, kind: 'publish', status: 'SETTLED' }), run);
}

type Asked = { readonly order: Order; readonly requestedAt: string };

/** The same, among settled publishes of the application that are at hand. */
export const previousOf = (settled: readonly RunRow[], { order, requestedAt }: Asked): RunRow | undefined =>
  settled
    .filter(
      (row) => row.plane === order.plane && row.requestedAt < requestedAt && row.correlationId !== order.correlationId,
    )
    .filter((row) => row.scope.include.some((target) => order.scope.include.includes(target)))
    .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))[0];

/** The ring that must be settled before this one may begin: the one before it among the rings of the intent. */
export function ringBefore(rings: readonly { readonly ring: RingName }[], ring: RingName): RingName | undefined {
  const before = rings.map((config) => ringNumber(config.ring)).filter((number) => number < ringNumber(ring));
  return before.length > 0 ? RINGS[Math.max(...before)] : undefined;
}

/** The latest publish run of each plane in one ring of an intent. */
export async function latestByPlane(parts: Parts, intentId: string, ring: RingName): Promise<Map<string, RunRow>> {
  const latest = new Map<string, RunRow>();
  for (const row of await runRows(parts, { intentId, ring, kind: 'publish' })) {
    const known = latest.get(row.plane);
    if (!known || known.requestedAt < row.requestedAt) latest.set(row.plane, row);
  }
  return latest;
}
