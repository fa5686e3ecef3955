import { EucoraError, type Intent, type RingName } from '@eucora/sdk';
import { latestByPlane, ringBefore } from './history.js';
import type { RunRow } from './orders.js';
import type { Parts } from './parts.js';
import { rolloutStream, type RolloutRequested } from './run-events.js';

/** A condition for the next ring, in words. */
export interface UnmetGate {
  readonly gate: string;
  readonly plane: string;
  readonly what: string;
}

/** Why the ring may not begin yet: every plane of the ring before it must be settled. Empty: it may. */
export async function unmetGates(
  parts: Parts,
  intent: Intent,
  ring: RingName,
  planes: readonly string[],
): Promise<UnmetGate[]> {
  const before = ringBefore(intent.rings, ring);
  if (!before) return [];
  const scopes = intent.rings.find((config) => config.ring === before)!.scopes;
  const latest = await latestByPlane(parts, intent.id, before);
  return planes
    .filter((plane) => plane in scopes)
    .flatMap((plane) => {
      const row = latest.get(plane);
      if (row?.status === 'SETTLED') return [];
      const what = row
        ? `ring ${before} is ${row.status} (run ${row.correlationId})`
        : `ring ${before} was not published`;
      return [{ gate: `${before} settled`, plane, what }];
    });
}

export async function requireRingReady(
  parts: Parts,
  intent: Intent,
  ring: RingName,
  planes: readonly string[],
): Promise<void> {
  const unmet = await unmetGates(parts, intent, ring, planes);
  if (unmet.length === 0) return;
  throw new EucoraError('RING_NOT_READY', {
    what: `ring ${ring} may not begin: ${unmet.map(({ plane, what }) => `${plane}: ${what}`).join('; ')}`,
    details: { gates: unmet },
  });
}

/** The ring to promote to: the first that is not settled on all its planes. A repeat gets the ring that it got before. */
export async function nextRing(parts: Parts, intent: Intent, correlationId: string | undefined): Promise<RingName> {
  const before = correlationId && (await parts.storage.events.readStream(rolloutStream('publish', correlationId)))[0];
  if (before) return (before.data as RolloutRequested).ring;
  for (const { ring, scopes } of intent.rings) {
    const latest = await latestByPlane(parts, intent.id, ring);
    if (!Object.keys(scopes).every((plane) => latest.get(plane)?.status === 'SETTLED'))
      return unlessUnderWay(ring, latest);
  }
  throw new EucoraError('RING_NOT_IN_INTENT', {
    what: `every ring of intent ${intent.id} is settled; there is none to promote to`,
  });
}

/** Promoting means leaving a ring that is done; while the latest is under way or went wrong, its gate is not met. */
function unlessUnderWay(ring: RingName, latest: ReadonlyMap<string, RunRow>): RingName {
  const gates = [...latest.values()]
    .filter(({ status }) => status !== 'SETTLED')
    .map(({ plane, status, correlationId }) => ({
      gate: `${ring} settled`,
      plane,
      what: `ring ${ring} is ${status} (run ${correlationId})`,
    }));
  if (gates.length === 0) return ring;
  throw new EucoraError('RING_NOT_READY', {
    what: `ring ${ring} is not done: ${gates.map(({ plane, what }) => `${plane}: ${what}`).join('; ')}`,
    details: { gates },
  });
}
