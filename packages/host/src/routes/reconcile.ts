import { route, type Route } from '../http/route.js';
import { DriftPage, DriftQuery, ReconcileAnswer, ReconcileBody, type DriftAnswer } from '../wire/drift.js';
import { toWire } from '../wire/to-wire.js';
import { pageToWire } from './pages.js';
import type { Services } from './services.js';

export const reconcileRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/reconcile/',
    permission: 'remediation.trigger',
    tag: 'drift',
    summary: 'Compare what is wanted with what is there, now',
    body: ReconcileBody,
    answers: { status: 200, of: ReconcileAnswer, what: 'What was found and done.' },
    problems: ['INTENT_NOT_FOUND'],
    handle: async ({ body, actor }) => ({
      body: toWire(
        await hub.reconcile(body.intent_id === undefined ? {} : { intentId: body.intent_id }, actor),
      ) as object,
    }),
  }),
  route({
    method: 'GET',
    path: '/api/drift/',
    permission: 'telemetry.read',
    tag: 'drift',
    summary: 'Drift that was found',
    query: DriftQuery,
    answers: { status: 200, of: DriftPage, what: 'A page.' },
    handle: async ({ query }) => ({ body: pageToWire(await hub.drift(query), (each) => toWire(each) as DriftAnswer) }),
  }),
];
