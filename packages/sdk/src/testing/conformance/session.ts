/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Capability } from '../../connector.js';
import type { Journal, Operation, PlaneState } from '../../execution-plane.js';
import type { Order, Package } from '../../vocabulary.js';
import { memoryJournal, type MemoryJournal } from '../journal.js';
import { eventually } from './eventually.js';
import type { PlaneUnderTest, StartedPlane } from './plane-under-test.js';

const HOUR = 3_600_000;

/** A started plane with the words that the suite's sentences are made of. */
export interface Session extends StartedPlane {
  /** An empty journal on the plane's clock. */
  journal(): MemoryJournal;
  /** Publishes and assigns, going on over what passes. @returns what was done, in order */
  publish(order?: Order, journal?: Journal): Promise<readonly Operation[]>;
  /** Takes the order back, going on over what passes. */
  takeBack(order: Order, previous?: Package, journal?: Journal): Promise<readonly Operation[]>;
  /** What the plane says of itself once it shows everything. */
  state(order?: Order): Promise<PlaneState>;
  /** Lets everything accepted be shown. */
  settle(): Promise<void>;
  /** Asserts what is really there, once everything is shown. */
  holds(expected: { readonly packages: number; readonly assignments: number }, when: string): Promise<void>;
}

export async function openSession(given: PlaneUnderTest): Promise<Session> {
  const started = await given.start();
  const { plane, ctx, held, advance } = started;
  const journal = () => memoryJournal({ now: () => ctx.now() });
  const settle = () => advance(given.settleMs ?? HOUR);
  const goingOn = <Result>(verb: () => Promise<Result>) => eventually(verb, advance);

  return {
    ...started,
    journal,
    settle,
    async publish(order = started.order, kept = journal()) {
      const published = await goingOn(() => plane.publishPackage(ctx, { order, journal: kept }));
      const assigned = await goingOn(() => plane.createAssignment(ctx, { order, journal: kept }));
      return [...published.done, ...assigned.done];
    },
    async takeBack(order, previous, kept = journal()) {
      const request = { order, journal: kept, ...(previous && { previous }) };
      return (await goingOn(() => plane.rollback(ctx, request))).done;
    },
    async state(order = started.order) {
      await settle();
      return plane.queryState(ctx, { order });
    },
    async holds(expected, when) {
      await settle();
      const found = { packages: await held.packages(), assignments: await held.assignments() };
      assert.deepEqual(found, expected, `on the plane, ${when}`);
    },
  };
}

export type PlaneTest = (
  title: string,
  needs: readonly (Capability | 'plan')[],
  body: (session: Session) => Promise<void>,
) => void;

/** Makes tests that start a fresh plane, connect it, skip what it does not declare, and stop it. */
export function planeTests(given: PlaneUnderTest): PlaneTest {
  return (title, needs, body) =>
    it(title, async function () {
      this.timeout(0);
      const session = await openSession(given);
      try {
        const able = (need: Capability | 'plan') =>
          need === 'plan' ? session.plane.plan !== undefined : session.plane.capabilities.has(need);
        if (!needs.every(able)) this.skip();
        await session.plane.connect(session.ctx);
        await body(session);
        await session.plane.disconnect(session.ctx);
      } finally {
        await session.stop();
      }
    });
}

export const keysOf = (operations: readonly Operation[]): readonly string[] => operations.map(({ key }) => key);
