import type { ReadAll } from '@eucora/engine';
import { route, type Route } from '../http/route.js';
import { EventPage, EventQuery, VerifyAnswer } from '../wire/event.js';
import { eventToWire } from '../wire/to-wire.js';
import type { Services } from './services.js';

const PAGE = 100;

export const auditRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/events/',
    permission: 'audit.read',
    tag: 'audit',
    summary: 'What happened, in order',
    query: EventQuery,
    answers: { status: 200, of: EventPage, what: 'Events after a position.' },
    async handle({ query }) {
      const request = readAll(query);
      const items = (await hub.events(request)).map(eventToWire);
      const last = items.length === request.limit ? items.at(-1) : undefined;
      return { body: { items, ...(last && { next: last.position }) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/verify/',
    permission: 'audit.read',
    tag: 'audit',
    summary: 'Recompute every link of the chain',
    answers: { status: 200, of: VerifyAnswer, what: 'How many events, the last hash, and where it breaks if it does.' },
    async handle() {
      const found = await hub.verify();
      return { body: { intact: !found.broken, ...found } };
    },
  }),
];

const readAll = ({ after, limit, correlation_id, event_type }: EventQuery): ReadAll & { readonly limit: number } => ({
  limit: limit ?? PAGE,
  ...(after !== undefined && { after }),
  ...(correlation_id !== undefined && { correlationId: correlation_id }),
  ...(event_type !== undefined && { types: event_type.split(',') }),
});
