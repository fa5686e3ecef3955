import {
  canonicalJson,
  EucoraError,
  isEucoraError,
  sha256Hex,
  type Intent,
  type Order,
  type RingName,
} from '@eucora/sdk';
import { requirePlaneFor, type Catalogue } from './catalogue.js';
import { foldRun, publicRun, type RunState } from './fold.js';
import type { PublishRequest } from './hub.js';
import { freshId, requireId } from './ids.js';
import { loadRun } from './load-run.js';
import { orderOf, runRowId, runRowOf } from './orders.js';
import type { Parts } from './parts.js';
import type { StoredEvent } from './ports/event-store.js';
import { PRIORITY } from './ports/queue.js';
import { requireRingReady } from './promotion.js';
import { openPlan, requireInTime, storePlan } from './plans/signed-plans.js';
import { isConflict } from './conflict.js';
import { happened, rolloutStream, runStream, stamped, type Asking, type RolloutRequested } from './run-events.js';
import type { Rollout, RunKind, RunStatus } from './run.js';
import { takingBack } from './taking-back.js';

export interface Rollouts {
  publish(intent: Intent, request: PublishRequest, by: string): Promise<Rollout>;
  rollback(
    intentId: string,
    request: { readonly correlationId: string; readonly reason: string },
    by: string,
  ): Promise<Rollout>;
  status(correlationId: string): Promise<Rollout>;
  /** The publish runs of a rollout, as they are now. */
  runsOf(correlationId: string): Promise<RunState[]>;
}

/** Requests for work: each is claimed, recorded and put in one append, or not at all. */
export function rollouts(parts: Parts, catalogue: Catalogue): Rollouts {
  const firstOf = async (kind: RunKind, correlationId: string): Promise<StoredEvent | undefined> =>
    (await parts.storage.events.readStream(rolloutStream(kind, correlationId)))[0];

  const requireFirst = async (correlationId: string): Promise<StoredEvent> => {
    const first = await firstOf('publish', correlationId);
    if (first) return first;
    throw new EucoraError('RUN_NOT_FOUND', { what: `no run has the correlation id ${correlationId}` });
  };

  const runsOf = async (correlationId: string) => {
    const { planes } = (await requireFirst(correlationId)).data as RolloutRequested;
    return Promise.all(planes.map((plane) => loadRun(parts, catalogue, { kind: 'publish', correlationId, plane })));
  };

  const status = async (correlationId: string): Promise<Rollout> => {
    const first = await requireFirst(correlationId);
    const runs = await runsOf(correlationId);
    const undoing = await Promise.all(
      runs.map(({ plane }) =>
        loadRun(parts, catalogue, { kind: 'rollback', correlationId, plane }).catch((cause: unknown) => {
          if (isEucoraError(cause) && cause.code === 'RUN_NOT_FOUND') return undefined;
          throw cause;
        }),
      ),
    );
    const rollbacks = undoing.filter((run) => run !== undefined);
    return {
      ...rolloutOf('publish', first, runs),
      ...(rollbacks.length > 0 && {
        rollback: rolloutOf('rollback', (await firstOf('rollback', correlationId)) ?? first, rollbacks),
      }),
    };
  };

  /** A lost race is not an error of the caller: the winner is named, with what has become of it. */
  const alreadyClaimed = async (kind: RunKind, correlationId: string, requestHash: string): Promise<EucoraError> => {
    const winner = (await firstOf(kind, correlationId))!.data as RolloutRequested;
    if (winner.requestHash !== requestHash) {
      return new EucoraError('IDEMPOTENCY_CONFLICT', {
        what: `${correlationId} belongs to another ${kind}: intent ${winner.intentId}, ring ${winner.ring}`,
        details: { intent_id: winner.intentId, ring: winner.ring },
      });
    }
    const rollout = await status(correlationId);
    const outcome = kind === 'rollback' ? rollout.rollback! : rollout;
    return new EucoraError('DUPLICATE_REQUEST', {
      what: `${correlationId} was accepted before: ${outcome.status}`,
      details: { rollout: outcome },
    });
  };

  return {
    status,
    runsOf,

    async publish(intent, asked, by) {
      const now = parts.clock.now();
      const planned = asked.plan && openPlan(parts, intent, asked.plan, asked);
      const request = planned?.request ?? asked;
      const correlationId = requireId('correlation_id', request.correlationId ?? freshId(now));
      const ring = request.ring ?? intent.rings[0]!.ring;
      const planes = planesFor(intent, ring, request.planes);
      const orders = await Promise.all(
        planes.map(async (plane) =>
          orderOf(intent, await catalogue.packageFor(intent, plane), ring, plane, correlationId),
        ),
      );
      const { agent, emergency } = request;
      const asking: Asking = {
        ...(agent && { agent }),
        ...(emergency && { emergency }),
        ...(planned && { signedPlan: planned.digest }),
      };
      const requestHash = hashOf({ intentId: intent.id, ring, planes, ...asking });
      // A repeat must meet its own first outcome, whatever has become of the ring or the plane since.
      const claim = () => alreadyClaimed('publish', correlationId, requestHash);
      try {
        for (const { plane, package: pkg } of orders) requirePlaneFor(parts, plane, pkg);
        await requireRingReady(parts, intent, ring, planes);
        if (planned) requireInTime(planned.content, now);
      } catch (cause) {
        throw (await firstOf('publish', correlationId)) ? await claim() : cause;
      }

      if (planned) await storePlan(parts, planned.content);
      const requested: RolloutRequested = { intentId: intent.id, ring, planes, requestHash, ...asking };
      const streams = planes.map((plane) => runStream('publish', correlationId, plane));
      const event = { type: 'PUBLISH_REQUESTED', data: requested, correlationId, actor: by };
      try {
        const [first] = await parts.storage.events.append({
          writes: [
            { stream: rolloutStream('publish', correlationId), expectedVersion: 0, events: [event] },
            ...planes.map((plane, index) => ({
              stream: streams[index]!,
              expectedVersion: 0,
              events: stamped(
                [happened('RUN_QUEUED', { intentId: intent.id, ring, plane, ...asking })],
                correlationId,
                by,
              ),
            })),
          ],
          jobs: streams.map((key) => ({ key, priority: PRIORITY.publish })),
          views: orders.map((order) => rowWrite(queuedRun(order, asking, { actor: by, createdAt: now.toISOString() }))),
        });
        return rolloutOf(
          'publish',
          first!,
          orders.map((order) => queuedRun(order, asking, first!)),
        );
      } catch (cause) {
        throw isConflict(cause) ? await claim() : cause;
      }
    },

    async rollback(intentId, { correlationId, reason }, by) {
      const again = () => this.rollback(intentId, { correlationId, reason }, by);
      const requestHash = hashOf({ intentId });
      if (await firstOf('rollback', correlationId)) throw await alreadyClaimed('rollback', correlationId, requestHash);
      const runs = await runsOf(correlationId);
      const { ring, planes } = (await requireFirst(correlationId)).data as RolloutRequested;
      if (runs[0]!.order.intentId !== intentId) {
        throw new EucoraError('RUN_NOT_FOUND', { what: `${correlationId} is not a publish of intent ${intentId}` });
      }
      const touched = runs.filter(({ admitted }) => admitted);
      if (touched.length === 0) {
        throw new EucoraError('NOT_ROLLED_OUT', { what: `${correlationId} has not touched a plane yet` });
      }
      const requested: RolloutRequested = { intentId, ring, planes, requestHash, reason };
      const event = { type: 'ROLLBACK_REQUESTED', data: requested, correlationId, actor: by };
      const taking = await takingBack(parts, catalogue, touched, { reason, by });
      const halting = runs.filter(({ endedAt }) => !endedAt).map((run) => haltWrite(run, `rolled back: ${reason}`, by));
      try {
        await parts.storage.events.append({
          ...taking,
          writes: [
            { stream: rolloutStream('rollback', correlationId), expectedVersion: 0, events: [event] },
            ...taking.writes,
            ...halting,
          ],
        });
      } catch (cause) {
        if (!isConflict(cause)) throw cause;
        if (await firstOf('rollback', correlationId))
          throw await alreadyClaimed('rollback', correlationId, requestHash);
        // A run moved on while we looked: look again.
        return again();
      }
      return (await status(correlationId)).rollback!;
    },
  };
}

export const haltWrite = (run: RunState, reason: string, by: string) => ({
  stream: runStream(run.kind, run.correlationId, run.plane),
  expectedVersion: run.version,
  events: stamped([happened('RUN_HALTED', { reason })], run.correlationId, by),
});

const hashOf = (request: unknown): string => sha256Hex(canonicalJson(request));

/** The planes asked for, or all that have a scope in the ring. */
export function planesFor(intent: Intent, ring: RingName, asked: readonly string[] | undefined): string[] {
  const scopes = intent.rings.find((config) => config.ring === ring)?.scopes;
  const planes = [...new Set(asked ?? intent.planes.filter((plane) => !scopes || plane in scopes))].sort();
  const foreign = planes.find((plane) => !intent.planes.includes(plane));
  if (foreign) {
    throw new EucoraError('PLANE_UNKNOWN', {
      what: `${foreign} is not one of the planes of intent ${intent.id}`,
      details: { plane: foreign },
    });
  }
  return planes;
}

/** From the furthest behind to the furthest ahead; what went wrong comes first. */
const BY_WORRY: readonly RunStatus[] = [
  'FAILED',
  'REFUSED',
  'HALTED',
  'ROLLED_BACK',
  'AWAITING_APPROVAL',
  'QUEUED',
  'IN_PROGRESS',
  'OBSERVING',
  'SETTLED',
];

const rolloutOf = (kind: RunKind, first: StoredEvent, runs: readonly RunState[]): Rollout => {
  const { intentId, ring } = first.data as RolloutRequested;
  return {
    kind,
    correlationId: first.correlationId,
    intentId,
    ring,
    status: BY_WORRY.find((status) => runs.some((run) => run.status === status))!,
    requestedBy: first.actor,
    requestedAt: first.createdAt,
    runs: runs.map(publicRun),
  };
};

/** A run as its first event leaves it, without reading that back. */
const queuedRun = (
  order: Order,
  asking: Asking,
  { actor, createdAt }: Pick<StoredEvent, 'actor' | 'createdAt'>,
): RunState =>
  foldRun('publish', order, [{ actor, createdAt, type: 'RUN_QUEUED', data: asking, version: 1 } as StoredEvent]);

const rowWrite = (run: RunState) => {
  const row = runRowOf(run);
  return { collection: 'runs', id: runRowId(row), body: { ...row } };
};
