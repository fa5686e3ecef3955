import type { Route, SmallHost } from './small-host.js';

export const INTENT = '/api/deployments/intents/web';
export const RUN = '/api/runs/change-1/';

export const WHY = {
  FAILED: 'PLANE_FORBIDDEN: not allowed',
  HALTED: 'halted by ops: INC-311',
  ROLLED_BACK: 'threshold missed',
  REFUSED: 'the estate is frozen',
} as const;

export const accepted: Route = ({ body }) => ({
  status: 202,
  body: { ...rollout('QUEUED'), correlation_id: body['correlation_id'] },
});

/** Each look finds the next of these; the last one stays. */
export function next(bodies: readonly object[]): Route {
  let looks = 0;
  return () => ({ body: bodies[Math.min(looks++, bodies.length - 1)] });
}

/** A publish that goes through these states, one a look. */
export const givenRollout = (statuses: readonly string[]): Record<string, Route> => ({
  [`POST ${INTENT}/publish/`]: () => ({ status: 202, body: rollout(statuses[0]!) }),
  [`GET ${RUN}`]: next(statuses.slice(1).map((status) => rollout(status))),
});

export function givenPublished(
  host: (routes: Record<string, Route>) => Promise<SmallHost>,
  rollback: readonly string[],
) {
  const [first = '', ...later] = rollback;
  return host({
    [`GET ${RUN}`]: next([rollout('SETTLED'), ...later.map(takenBack)]),
    [`POST ${INTENT}/rollback/`]: () => ({ status: 202, body: { ...rollout(first), kind: 'rollback' } }),
  });
}

export const takenBack = (status: string) => ({
  ...rollout('ROLLED_BACK'),
  rollback: { ...rollout(status), kind: 'rollback' },
});

export function rollout(status: string) {
  const observed = { targeted: 8, failed: 0, pending: 4, unknown: 0, installed: 4, success_rate: 50 };
  const run = {
    plane: 'intune',
    status,
    verdicts: status === 'REFUSED' ? [{ gate: 'freeze', decision: 'deny', reasons: [WHY.REFUSED] }] : [],
    operations: [{ key: 'intune:create_app:abc', summary: 'create', at: '2026-11-21T10:00:00.000Z' }],
    ...(status === 'QUEUED' ? { step: 'preflight' } : {}),
    ...(status === 'OBSERVING' ? { step: 'observe', compliance: observed } : {}),
    ...(status === 'SETTLED' ? { compliance: { ...observed, installed: 8, pending: 0, success_rate: 100 } } : {}),
    ...(status === 'FAILED' ? { last_error: { code: 'PLANE_FORBIDDEN', what: 'not allowed', remedy: 'ask' } } : {}),
    ...(status === 'HALTED' || status === 'ROLLED_BACK' ? { reason: WHY[status] } : {}),
  };
  return { kind: 'publish', correlation_id: 'change-1', intent_id: 'web', ring: 'lab', status, runs: [run] };
}
