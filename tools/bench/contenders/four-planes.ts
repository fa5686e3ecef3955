import { createHub, ENDED, type Hub } from '@eucora/engine';
import { testContext } from '@eucora/sdk/testing';
import type { Contender, Slice } from '../contender.js';
import { newIntentFor, openPlane } from '../planes/opened.js';
import { PLANES, startPlanes, type PlaneFacts, type PlaneId } from '../planes/plane.js';

/** Publishes that are under way on each plane at any time, for hands are kept busy. */
const UNDER_WAY = 4;
const HANDS = 8;

/**
 * A hub in memory with a worker, over five planes that it publishes to all the time, an application of its own each time. Counted are the
 * runs that settled on the planes beside one.
 *
 * @param settings.fault what that one meets with every request
 */
export async function prepare(settings: {
  readonly besides: PlaneId;
  readonly fault?: 'throttle' | 'hang';
}): Promise<Contender> {
  const simulators = PLANES.map(startPlanes);
  let round: Round | undefined;
  const begin = async () => begun(await Promise.all(simulators.map((one) => one.fresh())), settings);
  return {
    async slice(ms) {
      // Planes grow full, and listing them slow: each slice has its own.
      round = await begin();
      const slice = await round.slice(ms);
      await round.end();
      return slice;
    },
    async close() {
      await Promise.all(simulators.map((one) => one.close()));
    },
  };
}

interface Round {
  slice(ms: number): Promise<Slice>;
  end(): Promise<void>;
}

async function begun(
  planes: readonly PlaneFacts[],
  { besides, fault }: { readonly besides: PlaneId; readonly fault?: string },
): Promise<Round> {
  const opened = await Promise.all(planes.map(async (facts) => [facts.id, await openPlane(facts)] as const));
  const hub = createHub({
    planes: Object.fromEntries(opened),
    secrets: { resolve: async (reference) => planes.find(({ secrets }) => reference in secrets)!.secrets[reference]! },
    settings: { observeMinMs: 1 },
  });
  const bad = planes.find(({ id }) => id === besides)!;
  if (fault) await inject(bad, fault);

  const stop = new AbortController();
  const working = hub.work({ signal: stop.signal, concurrency: HANDS });
  return {
    async slice(ms) {
      const began = performance.now();
      const end = began + ms;
      const counts = await Promise.all(
        planes.flatMap((facts) =>
          Array.from({ length: UNDER_WAY }, (_, line) => publishing(hub, facts, line, end, facts !== bad)),
        ),
      );
      return { done: counts.reduce((sum, count) => sum + count, 0), ms: performance.now() - began };
    },
    async end() {
      stop.abort();
      await working;
      for (const [, plane] of opened) await plane.disconnect(testContext());
    },
  };
}

/** One publish after the other on one plane. @returns how many settled; none where they are not counted */
async function publishing(hub: Hub, at: PlaneFacts, line: number, end: number, counted: boolean): Promise<number> {
  let done = 0;
  for (let turn = 0; performance.now() < end; turn++) {
    const intent = await newIntentFor(hub, [at], `${at.id}-${line}-${turn}`);
    const { correlationId } = await hub.publish(intent, { ring: 'lab' }, 'alice');
    while (performance.now() < end) {
      const { status } = await hub.status(correlationId);
      if (ENDED.has(status)) {
        if (status === 'SETTLED') done += 1;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  return counted ? done : 0;
}

async function inject({ url }: PlaneFacts, kind: string): Promise<void> {
  const { status } = await fetch(`${url}/__simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, times: 0 }),
  });
  if (status !== 201) throw new Error(`the simulator refused the fault: ${status}`);
}
