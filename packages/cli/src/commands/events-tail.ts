import { path, type Client } from '../client.js';
import type { Command } from '../command.js';
import { EVENT_OPTIONS, eventQuery, eventSummary } from '../events.js';
import { EXIT } from '../exit-codes.js';
import { wholeNumber } from '../input.js';
import { askPatiently } from '../patience.js';
import type { EventView, Page } from '../wire.js';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 1_000;

export const eventsTail: Command = {
  name: 'events tail',
  permission: 'audit.read',
  summary: 'Print events as they happen, until Ctrl-C',
  notes: 'With --json each event is one line of JSON. A host that restarts is waited for: no event is left out.',
  options: [
    ...EVENT_OPTIONS,
    { flags: '--after <position>', text: 'begin after this event; 0 prints all (default: only what is new)' },
  ],
  examples: ['eucora events tail', 'eucora events tail --after 0 --json'],
  async run(session, input) {
    const client = await session.client();
    const stop = new AbortController();
    const off = session.io.onInterrupt(() => stop.abort());
    try {
      let after = wholeNumber(input, 'after', { from: 0, to: Number.MAX_SAFE_INTEGER }) ?? (await lastPosition(client));
      while (!stop.signal.aborted) {
        const query = { ...eventQuery(input), after, limit: AT_ONCE };
        const request = { path: path`/api/events/`, query, signal: stop.signal };
        const { items } = (await askPatiently<Page<EventView>>(session, client, request)) ?? { items: [] };
        for (const event of items) session.emit(event, lineOf(event));
        after = items.at(-1)?.position ?? after;
        if (items.length === 0) await session.io.sleep(LOOK_EVERY_MS, stop.signal);
      }
      return { exitCode: EXIT.interrupted };
    } finally {
      off();
    }
  },
};

const lineOf = (event: EventView) =>
  [event.position, event.created_at, event.event_type, event.correlation_id, event.actor, eventSummary(event)].join(
    '  ',
  );

/** Positions are gapless from 1, so the last one is found by halving, without reading the events in between. */
async function lastPosition(client: Client): Promise<number> {
  const isAfter = async (after: number) =>
    (await client.request<Page<EventView>>({ path: path`/api/events/`, query: { after, limit: 1 } })).items.length > 0;

  let below = 0;
  let above = 1;
  while (await isAfter(above - 1)) [below, above] = [above, above * 2];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (await isAfter(middle - 1)) below = middle;
    else above = middle;
  }
  return below;
}
