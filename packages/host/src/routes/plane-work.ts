import { EucoraError } from '@eucora/sdk';
import { route, type Route } from '../http/route.js';
import { ringFromWire } from '../wire/from-wire.js';
import { ReconcileAnswer } from '../wire/drift.js';
import { ConnectorPublishBody, RolloutAnswer } from '../wire/rollout.js';
import { rolloutToWire, toWire } from '../wire/to-wire.js';
import { askingOf } from './asking.js';
import { accepted } from './rollouts.js';
import { remembered, rememberedOutcome } from './remembered.js';
import type { Services } from './services.js';

/** The same work as under `/api/deployments`, asked of one connector. */
export const planeWorkRoutes = ({ hub, connectors, storage }: Services): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/connectors/{id}/publish',
    permission: 'package.publish',
    tag: 'connectors',
    summary: 'Publish an intent on this plane alone',
    body: ConnectorPublishBody,
    keyed: true,
    answers: { status: 202, of: RolloutAnswer, what: 'Accepted; follow it at Location.' },
    problems: [
      'CONNECTOR_NOT_FOUND',
      'INTENT_NOT_FOUND',
      'RING_UNKNOWN',
      'RING_NOT_IN_INTENT',
      'PLANE_UNKNOWN',
      'DUPLICATE_REQUEST',
      'IDEMPOTENCY_CONFLICT',
    ],
    async handle({ params, body, actor, identity }) {
      const { registration } = connectors.get(params['id']!);
      const ring = body.ring === undefined ? {} : { ring: ringFromWire('ring', body.ring) };
      const asked = { planes: [registration.connector_id], ...ring, ...askingOf(body, { identity }) };
      return accepted(
        await hub.publish(body.deployment_intent_id, { correlationId: body.correlation_id, ...asked }, actor),
      );
    },
  }),
  route({
    method: 'GET',
    path: '/api/connectors/{id}/status/{correlation_id}',
    permission: ['deployment.read', 'approval.read', 'remediation.read'],
    tag: 'connectors',
    summary: 'How a request stands on this plane',
    answers: { status: 200, of: RolloutAnswer, what: 'The runs of this plane; after a remediate: a ReconcileAnswer.' },
    problems: ['CONNECTOR_NOT_FOUND', 'RUN_NOT_FOUND'],
    async handle({ params }) {
      const [id, correlationId] = [params['id']!, params['correlation_id']!];
      connectors.get(id);
      const outcome = await rememberedOutcome(storage.events, correlationId);
      if (outcome) return { body: outcome, correlationId };
      const rollout = await hub.status(correlationId);
      const runs = rollout.runs.filter(({ plane }) => plane === id);
      if (runs.length > 0) return { body: { ...rolloutToWire({ ...rollout, runs }), status_code: 200 }, correlationId };
      throw new EucoraError('RUN_NOT_FOUND', { what: `${correlationId} has no run on ${id}` });
    },
  }),
  route({
    method: 'POST',
    path: '/api/connectors/{id}/remediate',
    permission: 'remediation.trigger',
    tag: 'connectors',
    summary: 'Compare an intent with the planes and put right what policy allows',
    body: ConnectorPublishBody,
    keyed: true,
    answers: { status: 200, of: ReconcileAnswer, what: 'What was found and done.' },
    problems: ['CONNECTOR_NOT_FOUND', 'INTENT_NOT_FOUND', 'RING_UNKNOWN', 'DUPLICATE_REQUEST', 'IDEMPOTENCY_CONFLICT'],
    async handle({ params, body, actor }) {
      const { registration } = connectors.get(params['id']!);
      if (body.ring !== undefined) ringFromWire('ring', body.ring);
      const { id: intentId } = await hub.intent(body.deployment_intent_id);
      const asked = { ...body, connector_id: registration.connector_id };
      const answer = await remembered(
        storage.events,
        hub,
        asked,
        actor,
        async () => toWire(await hub.reconcile({ intentId }, actor)) as object,
      );
      return { body: answer, correlationId: body.correlation_id };
    },
  }),
];
