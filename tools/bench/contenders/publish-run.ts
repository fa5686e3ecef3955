import { createHub, ENDED, type Storage } from '@eucora/engine';
import { testContext } from '@eucora/sdk/testing';
import { newIntentFor, openPlane } from '../planes/opened.js';
import type { PlaneFacts } from '../planes/plane.js';

/**
 * A publish from being asked for to being settled, by a hub of its own that has yet to connect to the plane.
 *
 * @param storage default: in memory
 * @returns milliseconds that it took; making the package and the intent is not in it
 */
export async function publishRun(at: PlaneFacts, storage?: Storage): Promise<number> {
  const plane = await openPlane(at);
  const hub = createHub({
    planes: { [at.id]: plane },
    secrets: { resolve: async (reference) => at.secrets[reference]! },
    settings: { observeMinMs: 1 },
    ...(storage && { storage }),
  });
  const intent = await newIntentFor(hub, [at]);

  const began = performance.now();
  const { correlationId } = await hub.publish(intent, { ring: 'lab' }, 'alice');
  for (;;) {
    await hub.settle();
    const { status, runs } = await hub.status(correlationId);
    if (status === 'SETTLED') break;
    if (ENDED.has(status)) throw new Error(`the publish ended ${status}: ${JSON.stringify(runs[0]?.lastError)}`);
  }
  const took = performance.now() - began;
  await plane.disconnect(testContext());
  return took;
}
