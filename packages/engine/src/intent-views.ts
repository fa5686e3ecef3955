import { ringNumber, type Intent, type RingName } from '@eucora/sdk';
import { runRows } from './history.js';
import type { IntentView, ListRequest } from './hub.js';
import type { RunRow } from './orders.js';
import type { Parts } from './parts.js';
import type { ViewPage } from './ports/views.js';
import { ENDED, type RunStatus } from './run.js';

/** Pure: how far an intent has come, from the rows of its publish runs. */
export function viewOf(intent: Intent, rows: readonly RunRow[]): IntentView {
  const byRing = new Map<RingName, RunRow[]>();
  for (const row of rows) {
    const known = byRing.get(row.ring) ?? [];
    const newer = known.length === 0 || row.requestedAt > known[0]!.requestedAt;
    if (known[0]?.correlationId === row.correlationId) byRing.set(row.ring, [...known, row]);
    else if (newer) byRing.set(row.ring, [row]);
  }
  const rollouts = Object.fromEntries(
    [...byRing].sort(([a], [b]) => ringNumber(a) - ringNumber(b)).map(([ring, [row]]) => [ring, row!.correlationId]),
  );
  return { ...intent, state: stateOf(intent, [...byRing.values()].flat()), rollouts };
}

function stateOf(intent: Intent, latest: readonly RunRow[]): IntentView['state'] {
  const any = (...statuses: RunStatus[]) => latest.some(({ status }) => statuses.includes(status));
  if (latest.length === 0) return 'PENDING';
  if (latest.some(({ status }) => !ENDED.has(status))) return 'IN_PROGRESS';
  if (any('FAILED', 'REFUSED')) return 'FAILED';
  if (any('HALTED')) return 'HALTED';
  if (any('ROLLED_BACK')) return 'ROLLED_BACK';
  const settled = new Set(latest.map(({ ring, plane }) => `${ring}/${plane}`));
  const wanted = intent.rings.flatMap(({ ring, scopes }) => Object.keys(scopes).map((plane) => `${ring}/${plane}`));
  return wanted.every((part) => settled.has(part)) ? 'COMPLETED' : 'IN_PROGRESS';
}

export async function listIntents(
  parts: Parts,
  { state, limit = 100, after }: ListRequest & { readonly state?: IntentView['state'] },
): Promise<ViewPage<IntentView>> {
  const items: IntentView[] = [];
  let next = after;
  do {
    const page = await parts.storage.views.list<Intent>('intents', { limit, ...(next && { after: next }) });
    const rows = await runRows(parts, { kind: 'publish', intentId: page.items.map(({ id }) => id) });
    const views = page.items.map((intent) =>
      viewOf(
        intent,
        rows.filter(({ intentId }) => intentId === intent.id),
      ),
    );
    for (const view of views) {
      if (state && view.state !== state) continue;
      if (items.length === limit) return { items, next: items.at(-1)!.id };
      items.push(view);
    }
    next = page.next;
  } while (next && items.length < limit);
  return { items, ...(next && { next }) };
}
