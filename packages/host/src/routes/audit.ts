import { EucoraError } from '@eucora/sdk';
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
  route({
    method: 'GET',
    path: '/api/evidence/{digest}/',
    permission: 'evidence.read',
    tag: 'audit',
    summary: 'The manifest of an evidence pack, as it was sealed',
    answers: { status: 200, what: 'The manifest. Its RFC 8785 form has the digest of the path.' },
    problems: ['EVIDENCE_NOT_FOUND'],
    async handle({ params }) {
      const digest = params['digest']!;
      if (!/^[0-9a-f]{64}$/.test(digest))
        throw new EucoraError('EVIDENCE_NOT_FOUND', { what: `${digest} is not a digest` });
      return { body: (await hub.evidence(digest)) as object };
    },
  }),
];

const readAll = ({ after, limit, correlation_id, event_type }: EventQuery): ReadAll & { readonly limit: number } => ({
  limit: limit ?? PAGE,
  ...(after !== undefined && { after }),
  ...(correlation_id !== undefined && { correlationId: correlation_id }),
  ...(event_type !== undefined && { types: event_type.split(',') }),
});
