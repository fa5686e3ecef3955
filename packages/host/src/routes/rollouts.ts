import { EucoraError } from '@eucora/sdk';
import type { Rollout } from '@eucora/engine';
import { route, type Route, type RouteAnswer } from '../http/route.js';
import { ringFromWire } from '../wire/from-wire.js';
import { PlanAnswer, PlanBody } from '../wire/plan.js';
import { HaltBody, PromoteBody, PublishBody, RollbackBody, RolloutAnswer, RolloutList } from '../wire/rollout.js';
import { rolloutToWire, toWire } from '../wire/to-wire.js';
import { askingOf } from './asking.js';
import type { Services } from './services.js';

const ASKING = ['INTENT_NOT_FOUND', 'RING_UNKNOWN', 'RING_NOT_IN_INTENT', 'PLANE_UNKNOWN'];
const PLANNED = ['PLAN_INVALID', 'PLAN_EXPIRED'];
const KEYED = ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_MISMATCH', 'DUPLICATE_REQUEST', 'IDEMPOTENCY_CONFLICT'];
const INTENT = '/api/deployments/intents/{id}';

/** Asking is instant; the answer is a rollout to follow. Asking twice with one key is asking once. */
export const rolloutRoutes = ({ hub }: Services): readonly Route[] => [
  route({
    method: 'POST',
    path: `${INTENT}/publish/`,
    permission: 'package.publish',
    tag: 'deployments',
    summary: 'Publish a ring of an intent',
    body: PublishBody,
    keyed: true,
    answers: { status: 202, of: RolloutAnswer, what: 'Accepted; follow it at Location.' },
    problems: [...ASKING, ...KEYED, ...PLANNED, 'RING_NOT_READY'],
    async handle({ params, body, actor, identity }) {
      const request = { correlationId: body.correlation_id, ...chosen(body), ...askingOf(body, { identity }) };
      return accepted(await hub.publish(params['id']!, { ...request, ...(body.plan && { plan: body.plan }) }, actor));
    },
  }),
  route({
    method: 'POST',
    path: `${INTENT}/promote/`,
    permission: 'package.publish',
    tag: 'deployments',
    summary: 'Publish the ring after the last settled one',
    body: PromoteBody,
    keyed: true,
    answers: { status: 200, of: RolloutAnswer, what: 'Accepted; follow it at Location.' },
    problems: [...ASKING, ...KEYED, 'RING_NOT_READY'],
    async handle({ params, body, actor, identity }) {
      const request = { correlationId: body.correlation_id, ...askingOf(body, { identity }) };
      return accepted(await hub.promote(params['id']!, request, actor));
    },
  }),
  route({
    method: 'POST',
    path: `${INTENT}/rollback/`,
    permission: 'package.publish',
    tag: 'deployments',
    summary: 'Take a publish back, under its own correlation id',
    body: RollbackBody,
    keyed: true,
    answers: { status: 202, of: RolloutAnswer, what: 'Accepted; follow it at Location.' },
    problems: ['INTENT_NOT_FOUND', 'RUN_NOT_FOUND', 'NOT_ROLLED_OUT', ...KEYED],
    async handle({ params, body, actor, identity }) {
      if (identity.agent) throw noAgent(actor);
      const request = { correlationId: body.correlation_id, reason: body.reason };
      return accepted(await hub.rollback(params['id']!, request, actor));
    },
  }),
  route({
    method: 'POST',
    path: `${INTENT}/plan/`,
    permission: 'deployment.read',
    tag: 'deployments',
    summary: 'What a publish would do, and what policy says to it; writes nothing',
    body: PlanBody,
    answers: { status: 200, of: PlanAnswer, what: 'Evidence, risk, verdicts and operations of each run.' },
    problems: ASKING,
    handle: async ({ params, body, actor, identity, correlationId }) => {
      const request = {
        correlationId: body.correlation_id ?? correlationId,
        ...chosen(body),
        ...askingOf(body, { identity }),
      };
      const { signed, ...plan } = await hub.plan(params['id']!, request, actor);
      return {
        body: { ...(toWire(plan) as object), ...(signed && { signed_plan: signed }) },
        correlationId: request.correlationId,
      };
    },
  }),
  route({
    method: 'POST',
    path: `${INTENT}/halt/`,
    permission: ['package.publish', 'approval.reject'],
    tag: 'deployments',
    summary: 'Stop what has not ended; what is on the planes stays',
    body: HaltBody,
    answers: { status: 200, of: RolloutList, what: 'The rollouts that were stopped.' },
    problems: ['INTENT_NOT_FOUND', 'RUN_FINISHED'],
    handle: async ({ params, body, actor }) => ({
      body: { items: (await hub.halt(params['id']!, { reason: body.reason }, actor)).map(rolloutToWire) },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/runs/{correlation_id}/',
    permission: ['deployment.read', 'approval.read'],
    tag: 'deployments',
    summary: 'How a rollout stands',
    answers: { status: 200, of: RolloutAnswer, what: 'The rollout and its runs.' },
    problems: ['RUN_NOT_FOUND'],
    async handle({ params }) {
      const rollout = await hub.status(params['correlation_id']!);
      return { body: { ...rolloutToWire(rollout), status_code: 200 }, correlationId: rollout.correlationId };
    },
  }),
];

/** A publish of an agent meets the gates. A rollback meets none, so there is nothing that would hold it until a person has looked. */
const noAgent = (actor: string) =>
  new EucoraError('FORBIDDEN', {
    what: `${actor} is an agent, and taking back is for people; an agent can halt`,
    remedy: 'Ask a person with the role publisher.',
  });

export const accepted = (rollout: Rollout): RouteAnswer => ({
  headers: { Location: `/api/runs/${encodeURIComponent(rollout.correlationId)}/` },
  body: rolloutToWire(rollout),
  correlationId: rollout.correlationId,
});

const chosen = ({ ring, planes }: PlanBody) => ({
  ...(ring !== undefined && { ring: ringFromWire('ring', ring) }),
  ...(planes && { planes }),
});
