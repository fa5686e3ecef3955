import { canonicalJson, EucoraError, isEucoraError, toEucoraError } from '@eucora/sdk';
import type { EventStore, Hub, StoredEvent } from '@eucora/engine';

/** A request that the engine has no key for, with ours. */
export interface Asked {
  readonly correlation_id: string;
  readonly connector_id: string;
  readonly deployment_intent_id: string;
  readonly ring?: string | number;
}

const FAILED = 'FAILED';

const streamOf = (correlationId: string): string => `remediation:${correlationId}`;

/**
 * Does the work once for a correlation id. The claim is an event in a stream of its own; the next event is what came of it.
 * After a failure the same request may be made again.
 *
 * @throws EucoraError `DUPLICATE_REQUEST` with the first outcome, `IDEMPOTENCY_CONFLICT`
 */
export async function remembered(
  events: EventStore,
  hub: Pick<Hub, 'status'>,
  asked: Asked,
  actor: string,
  work: () => Promise<object>,
): Promise<object> {
  const correlationId = asked.correlation_id;
  const stream = streamOf(correlationId);
  const note = (expectedVersion: number, type: string, data: object) =>
    events.append({ writes: [{ stream, expectedVersion, events: [{ type, data, correlationId, actor }] }] });

  await refuseUsed(hub, correlationId);
  const past = await events.readStream(stream);
  if (past.length > 0) refuseRepeated(asked, past);
  try {
    await note(past.length, 'REMEDIATION_REQUESTED', asked);
  } catch (cause) {
    if (isEucoraError(cause) && cause.code === 'VERSION_CONFLICT')
      refuseRepeated(asked, await events.readStream(stream));
    throw cause;
  }
  try {
    const outcome = { correlation_id: correlationId, ...(await work()) };
    await note(past.length + 1, 'REMEDIATION_DONE', outcome);
    return outcome;
  } catch (cause) {
    const { code, message: what, remedy, errorClass: error_class } = toEucoraError(cause);
    const failure = { correlation_id: correlationId, status: FAILED, code, error_class, what, remedy };
    await note(past.length + 1, 'REMEDIATION_FAILED', failure).catch(() => undefined);
    throw cause;
  }
}

/** What came of a remediation; nothing when the correlation id belongs to none. */
export async function rememberedOutcome(events: EventStore, correlationId: string): Promise<object | undefined> {
  const past = await events.readStream(streamOf(correlationId));
  return past.length > 0 ? outcomeOf(correlationId, past) : undefined;
}

const outcomeOf = (
  correlationId: string,
  past: readonly StoredEvent[],
): { readonly correlation_id?: string; readonly status?: string } => {
  const last = past.at(-1)!;
  return last.type === 'REMEDIATION_REQUESTED'
    ? { correlation_id: correlationId, status: 'IN_PROGRESS' }
    : (last.data as { status?: string });
};

/** The id of a rollout cannot be that of a remediation as well. */
async function refuseUsed(hub: Pick<Hub, 'status'>, correlationId: string): Promise<void> {
  try {
    await hub.status(correlationId);
  } catch (cause) {
    if (isEucoraError(cause) && cause.code === 'RUN_NOT_FOUND') return;
    throw cause;
  }
  throw conflict(correlationId);
}

function refuseRepeated(asked: Asked, past: readonly StoredEvent[]): void {
  if (canonicalJson(past[0]!.data) !== canonicalJson(asked)) throw conflict(asked.correlation_id);
  const outcome = outcomeOf(asked.correlation_id, past);
  if (outcome.status === FAILED) return;
  throw new EucoraError('DUPLICATE_REQUEST', {
    what: `${asked.correlation_id} has been asked for before`,
    details: { outcome },
  });
}

const conflict = (correlationId: string) =>
  new EucoraError('IDEMPOTENCY_CONFLICT', { what: `${correlationId} belongs to another request` });
