/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Operation } from '../../execution-plane.js';
import type { Order, Package, Purpose } from '../../vocabulary.js';
import { memoryJournal } from '../journal.js';
import { randomFrom } from '../random.js';
import type { RecordedRequest } from '../simulator/exchange.js';
import { eventually } from './eventually.js';
import type { StartedPlane } from './plane-under-test.js';

/** A plane, fresh, whose simulator remembers what it was asked. */
export interface PlaneWithTraffic extends Pick<
  StartedPlane,
  'plane' | 'ctx' | 'order' | 'olderOrder' | 'advance' | 'removeAssignment' | 'stop'
> {
  /** Three or more that a scope may name. */
  readonly targets: readonly string[];
  /** Of the simulator. */
  readonly requests: readonly RecordedRequest[];
}

export interface FidelityOptions {
  /** Called for each scenario. */
  start(): Promise<PlaneWithTraffic>;
  /** What the plane can be asked for. Default: `required`. */
  readonly purposes?: readonly Purpose[];
  /** How a request would have been announced. Default: `METHOD /path`. */
  readonly describe?: (request: RecordedRequest) => string;
  /** Default 200. */
  readonly scenarios?: number;
  /** Default: `EUCORA_SEED`, then 1. */
  readonly seed?: number;
}

/**
 * A plan can be trusted: in many situations, made by chance from a seed, the mutating requests that the plane's simulator records are
 * those that the operations of the plan announced ({@link Operation.writes}), in that order and no other.
 */
export function describePlanFidelity(name: string, options: FidelityOptions): void {
  const { scenarios = 200, seed = Number(process.env.EUCORA_SEED ?? 1) } = options;

  describe(`the plans of ${name}`, () => {
    it(`announce every mutating request, in ${scenarios} scenarios from seed ${seed}`, async function () {
      this.timeout(0);
      let busy = 0;
      for (let turn = 0; turn < scenarios; turn++) {
        const chance = randomFrom(seed * 100_003 + turn);
        if (await playOut(options, chance, `scenario ${turn} of seed ${seed}`)) busy += 1;
      }
      assert.ok(
        busy >= scenarios / 2,
        `only ${busy} of ${scenarios} plans had anything to do: what start() gives is too small`,
      );
    });
  });
}

/** @returns whether there was anything to do */
async function playOut(options: FidelityOptions, chance: () => number, name: string): Promise<boolean> {
  const started = await options.start();
  const { plane, ctx, requests, advance, stop } = started;
  const { plan, planRollback } = plane;
  assert.ok(plan && planRollback, 'fidelity needs a plane that can plan');
  try {
    await plane.connect(ctx);
    const told: string[] = [];
    for (let left = Math.floor(chance() * 4); left > 0; left--) {
      told.push(await happen(started, options, chance));
      await advance(3_600_000);
    }
    const { order, previous } = finalWish(started, options, chance);
    told.push(
      `then ${order.package.version}${previous ? ` back to ${previous.version}` : ''} on ${order.scope.include.join()}`,
    );

    const rollback = { order, ...(previous && { previous }) };
    const before = requests.length;
    const readOnly = { ...ctx, readOnly: true };
    const planned = previous ? await planRollback(readOnly, rollback) : await plan(readOnly, { order });
    const journal = memoryJournal({ now: () => ctx.now() });
    await eventually(
      () => (previous ? plane.rollback(ctx, { ...rollback, journal }) : plane.remediate(ctx, { order, journal })),
      advance,
    );

    const write = options.describe ?? (({ method, path }: RecordedRequest) => `${method} ${path}`);
    const sent = requests.slice(before).filter((one) => one.write && (one.status ?? 500) < 400);
    assertAnnounced(planned, sent.map(write), `${name}: ${told.join('; ')}`);
    return planned.length > 0;
  } finally {
    await stop();
  }
}

/** Something that may have gone before. @returns what, for whoever reads a failure */
async function happen(started: PlaneWithTraffic, options: FidelityOptions, chance: () => number): Promise<string> {
  const { plane, ctx, order, olderOrder, advance, removeAssignment } = started;
  const journal = memoryJournal({ now: () => ctx.now() });
  const going = (verb: () => Promise<unknown>) => eventually(verb, advance);
  const wish = anOrder(started, options, chance, chance() < 0.5 ? order : olderOrder);
  const where = `${wish.package.version} ${wish.purpose} on ${wish.scope.include.join()}`;
  const dice = chance();
  if (dice < 0.2) {
    await going(() => plane.publishPackage(ctx, { order: wish, journal }));
    return `published ${wish.package.version}`;
  }
  await going(() => plane.remediate(ctx, { order: wish, journal }));
  if (dice < 0.65) return where;
  if (dice < 0.8) {
    await advance(3_600_000);
    await removeAssignment();
    return `${where}, removed by hand`;
  }
  await advance(3_600_000);
  await going(() => plane.rollback(ctx, { order: wish, journal: memoryJournal({ now: () => ctx.now() }) }));
  return `${where}, taken off again`;
}

function finalWish(
  started: PlaneWithTraffic,
  options: FidelityOptions,
  chance: () => number,
): { readonly order: Order; readonly previous?: Package } {
  const order = anOrder(started, options, chance, started.order);
  return chance() < 0.3 ? { order, previous: started.olderOrder.package } : { order };
}

/** The order with one to all of the targets, and one of the purposes. */
function anOrder(
  { targets }: PlaneWithTraffic,
  { purposes = ['required'] }: FidelityOptions,
  chance: () => number,
  order: Order,
): Order {
  const count = 1 + Math.floor(chance() * targets.length);
  const from = Math.floor(chance() * targets.length);
  const include = [...targets, ...targets].slice(from, from + count).sort();
  return { ...order, scope: { include }, purpose: purposes[Math.floor(chance() * purposes.length)]! };
}

function assertAnnounced(planned: readonly Operation[], sent: readonly string[], when: string): void {
  const announced = planned.flatMap(({ kind, writes }) => {
    assert.ok(writes, `${kind} does not announce its writes`);
    return writes;
  });
  const fits = announced.length === sent.length && announced.every((one, at) => isAnnouncedBy(one, sent[at]!));
  // The difference is shown with what was sent in the place of what fits it.
  const shown = announced.map((one, at) => (sent[at] !== undefined && isAnnouncedBy(one, sent[at]) ? sent[at] : one));
  if (!fits) assert.deepEqual(sent, shown, `${when}: sent is not what was announced`);
}

const isAnnouncedBy = (announced: string, sent: string): boolean => {
  const parts = announced.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`).test(sent);
};
