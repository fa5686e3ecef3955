import { route, type Route } from '../http/route.js';
import { intentFromWire } from '../wire/from-wire.js';
import { IntentAnswer, IntentBody, IntentPage, IntentQuery } from '../wire/intent.js';
import { intentToWire } from '../wire/to-wire.js';
import { pageToWire } from './pages.js';
import type { Services } from './services.js';

export const intentRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/deployments/intents/',
    permission: 'deployment.create',
    tag: 'deployments',
    summary: 'Say what you want: a package, to these scopes, ring by ring',
    body: IntentBody,
    answers: { status: 201, of: IntentAnswer, what: 'The intent, with the limits of its rings filled in.' },
    problems: ['PACKAGE_NOT_FOUND', 'PLANE_UNKNOWN', 'PLATFORM_MISMATCH', 'RING_UNKNOWN', 'RING_NOT_IN_INTENT'],
    async handle({ body, actor }) {
      const intent = await hub.createIntent(intentFromWire(body), actor);
      return { headers: { Location: `/api/deployments/intents/${intent.id}/` }, body: intentToWire(intent) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/deployments/intents/',
    permission: ['deployment.read', 'approval.read'],
    tag: 'deployments',
    summary: 'Intents and how far they have come',
    query: IntentQuery,
    answers: { status: 200, of: IntentPage, what: 'A page, in order of id.' },
    handle: async ({ query }) => ({ body: pageToWire(await hub.intents(query), intentToWire) }),
  }),
  route({
    method: 'GET',
    path: '/api/deployments/intents/{id}/',
    permission: ['deployment.read', 'approval.read'],
    tag: 'deployments',
    summary: 'One intent',
    answers: { status: 200, of: IntentAnswer, what: 'The intent, its state and its rollouts.' },
    problems: ['INTENT_NOT_FOUND'],
    handle: async ({ params }) => ({ body: intentToWire(await hub.intent(params['id']!)) }),
  }),
];
