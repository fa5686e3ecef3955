import { path } from '../client.js';
import type { Command } from '../command.js';
import { EVENT_OPTIONS, eventQuery, eventSummary } from '../events.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { EventView } from '../wire.js';

export const eventsList: Command = {
  name: 'events list',
  permission: 'audit.read',
  summary: 'List events of the audit trail, the oldest first',
  options: [...EVENT_OPTIONS, ...LIST_OPTIONS],
  examples: ['eucora events list --correlation-id change-4711', 'eucora events list --after 1200 --limit 50 --json'],
  async run(session, input) {
    const client = await session.client();
    const request = { path: path`/api/events/`, query: eventQuery(input) };
    return listAnswer(await readList<EventView>(client, request, input), {
      head: ['position', 'at', 'type', 'correlation id', 'actor', 'data'],
      row: (event) => [
        ...[event.position, event.created_at, event.event_type, event.correlation_id, event.actor],
        eventSummary(event),
      ],
      empty: 'No such event.\n-> eucora events list shows all of them',
    });
  },
};
