import { createHub, memoryStorage, type Clock, type Hub } from '@eucora/engine';
import type { ExecutionPlane, Order } from '@eucora/sdk';
import type { MovableClock, SimulatorServer, TestContext } from '@eucora/sdk/testing';
import * as ansible from '../../plugins/ansible/test/given.js';
import * as intune from '../../plugins/intune/test/given.js';
import * as jamf from '../../plugins/jamf/test/given.js';
import * as landscape from '../../plugins/landscape/test/given.js';
import * as sccm from '../../plugins/sccm/test/given.js';

/** A plane before its simulator, both on one virtual clock. */
export interface World {
  readonly plane: ExecutionPlane;
  readonly simulator: Pick<SimulatorServer, 'requests' | 'writes' | 'faults'>;
  readonly clock: MovableClock;
  readonly ctx: TestContext;
  stop(): Promise<void>;
}

export interface PlaneKit {
  readonly id: string;
  givenWorld(): Promise<World>;
  newer(): Order;
  older(): Order;
}

export const PLANES: readonly PlaneKit[] = [
  { id: 'intune', ...intune },
  { id: 'jamf', ...jamf },
  { id: 'sccm', ...sccm },
  { id: 'landscape', ...landscape },
  { id: 'ansible', ...ansible },
];

const RENEWAL_MS = 1e9;

/**
 * A hub in memory over the worlds' planes, on their clock. Sleeping passes their time by itself, and a lease that is renewed while a
 * plane answers would let days go by: here it is held so long that nobody renews it.
 */
export function hubOver(worlds: Readonly<Record<string, World>>, clock: MovableClock): Hub {
  const patient: Clock = {
    now: () => clock.now(),
    sleep: (ms, signal) => (ms === RENEWAL_MS ? untilAborted(signal!) : clock.sleep(ms, signal)),
  };
  return createHub({
    planes: Object.fromEntries(Object.entries(worlds).map(([id, { plane }]) => [id, plane])),
    storage: memoryStorage(patient),
    clock: patient,
    settings: { leaseMs: 3 * RENEWAL_MS },
    secrets: { resolve: (reference) => firstThatKnows(worlds, (world) => world.ctx.secrets.resolve(reference)) },
  });
}

/** Records the package of an order with its bytes, and an intent for it. @returns the intent's id */
export async function givenIntent(hub: Hub, { ctx }: World, order: Order): Promise<string> {
  const { artifact } = order.package;
  await hub.addArtifact(await ctx.artifacts.open(artifact.sha256), { sha256: artifact.sha256 });
  await hub.addPackage(order.package, 'packager');
  const { id } = await hub.createIntent(
    {
      packageKey: `${order.package.name}@${order.package.version}/${order.package.platform}`,
      planes: [order.plane],
      rings: [{ ring: order.ring, scopes: { [order.plane]: order.scope } }],
    },
    'publisher',
  );
  return id;
}

/** Publishes and lets time pass until it has come to its end. */
export async function settled(hub: Hub, clock: MovableClock, intent: string, correlationId: string): Promise<void> {
  await hub.publish(intent, { correlationId }, 'publisher');
  for (let turn = 0; turn < 200; turn++) {
    await hub.settle();
    const { status, runs } = await hub.status(correlationId);
    if (status === 'SETTLED') return;
    if (['FAILED', 'REFUSED', 'HALTED', 'ROLLED_BACK'].includes(status))
      throw new Error(`${correlationId} is ${status}: ${JSON.stringify(runs.map(({ lastError }) => lastError))}`);
    await clock.advance(10 * 60_000);
  }
  throw new Error(`${correlationId} did not settle: ${JSON.stringify((await hub.status(correlationId)).runs)}`);
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

async function firstThatKnows<Value>(
  worlds: Readonly<Record<string, World>>,
  ask: (world: World) => Promise<Value>,
): Promise<Value> {
  return Promise.any(Object.values(worlds).map(ask));
}
