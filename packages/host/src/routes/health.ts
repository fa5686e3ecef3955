import { route, type Route } from '../http/route.js';
import { faultsToWire } from './connector-wire.js';
import type { Services } from './services.js';
import { AliveAnswer, ReadyAnswer } from '../wire/health.js';

export const healthRoutes = ({ readiness, provider, connectors, registry, metrics }: Services): readonly Route[] => [
  route({
    method: 'GET',
    path: '/healthz',
    permission: 'anybody',
    tag: 'host',
    summary: 'Whether the process answers',
    answers: { status: 200, of: AliveAnswer, what: 'It does.' },
    handle: () => ({ body: { status: 'ok' } }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    permission: 'anybody',
    tag: 'host',
    summary: 'Whether the host takes work; 503 when not',
    answers: { status: 200, of: ReadyAnswer, what: 'It does.' },
    async handle() {
      const [storage, identity] = await Promise.all([readiness.storage(), provider?.health()]);
      const ready = storage.healthy && !readiness.stopping;
      const body: ReadyAnswer = {
        ready,
        stopping: readiness.stopping,
        storage,
        ...(identity && { identity }),
        connectors: countOf(connectors),
        registry_faults: faultsToWire(registry),
      };
      return { status: ready ? 200 : 503, body };
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    permission: 'telemetry.read',
    tag: 'host',
    summary: 'Figures for Prometheus',
    streams: { answer: 'text/plain' },
    answers: { status: 200, what: 'The text format of Prometheus.' },
    handle: async () => ({ headers: { 'Content-Type': metrics.contentType }, body: await metrics.text() }),
  }),
];

export function countOf(connectors: Services['connectors']) {
  const count = { connected: 0, disabled: 0, failed: 0 };
  for (const { state } of connectors.standing()) count[state]++;
  return count;
}
