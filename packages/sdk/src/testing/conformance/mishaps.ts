import assert from 'node:assert/strict';
import { isEucoraError } from '../../errors.js';
import type { Journal } from '../../execution-plane.js';
import type { MemoryJournal } from '../journal.js';
import type { FaultAim } from '../simulator/faults.js';
import type { PlaneUnderTest, StartedPlane } from './plane-under-test.js';
import { keysOf, openSession, planeTests, type Session } from './session.js';

type Mishap = (fault: StartedPlane['fault'], aim: FaultAim) => void;

const MISHAPS: Readonly<Record<string, Mishap>> = {
  '429 with Retry-After': (fault, aim) => fault.throttle({ ...aim, retryAfterSeconds: 2 }),
  '429 without Retry-After': (fault, aim) => fault.throttle(aim),
  '503': (fault, aim) => fault.unavailable(aim),
  'a page of HTML': (fault, aim) => fault.html(aim),
  'an answer cut in the middle': (fault, aim) => fault.cutJson(aim),
  'a connection cut before anything was done': (fault, aim) => fault.drop(aim),
};

/** A plane that needs more writes than this for one order is not one. */
const MAX_WRITES = 1_000;

/** The first reads of a verb, each of which meets a mishap once. */
const READS_TO_TRY = 6;

export function describeMishaps(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test('finds its own write when the answer was lost, whichever write it was', ['push'], async (first) => {
    await first.publish();
    await forEachOf(await first.held.writes(), async (nth) => {
      await afresh(given, async ({ fault, publish, holds, order, journal }) => {
        fault.acceptThenDropConnection({ skip: nth - 1, times: 1 });
        await publish(order, journal());
        await holds({ packages: 1, assignments: 1 }, `after the answer to write ${nth} was lost`);
      });
    });
  });

  test('finds its own write when it died before the answer, and the journal is all it has', ['push'], async (first) => {
    await first.publish();
    await forEachOf(await first.held.writes(), async (nth) => {
      await afresh(given, async (session) => {
        const kept = session.journal();
        session.fault.acceptThenDropConnection({ skip: nth - 1, times: Infinity });
        await publishOnce(session, kept).catch(ifTransient);
        session.fault.clear();
        await session.publish(session.order, kept);
        await session.holds({ packages: 1, assignments: 1 }, `after dying at write ${nth}`);
      });
    });
  });

  test('goes on without repeating when it died right after an operation, whichever it was', ['push'], async (first) => {
    const operations = await first.publish();
    await forEachOf(operations.length, async (nth) => {
      await afresh(given, async (session) => {
        const kept = session.journal();
        await assert.rejects(publishOnce(session, dyingAfter(nth, kept)), /the process died/);
        await session.publish(session.order, kept);
        await session.holds({ packages: 1, assignments: 1 }, `after dying when operation ${nth} was done`);
      });
    });
  });

  test('takes back once when the answer was lost, whichever write it was', ['push', 'rollback'], async (first) => {
    const writes = await bothVersions(first);
    await first.takeBack(first.order, first.olderOrder.package);
    await forEachOf((await first.held.writes()) - writes, async (nth) => {
      await afresh(given, async (session) => {
        await bothVersions(session);
        session.fault.acceptThenDropConnection({ skip: nth - 1, times: 1 });
        await session.takeBack(session.order, session.olderOrder.package);
        await session.holds({ packages: 2, assignments: 1 }, `after the answer to write ${nth} of a rollback was lost`);
        const { assignments } = await session.state();
        assert.equal(assignments[0]?.version, session.olderOrder.package.version);
      });
    });
  });

  for (const [name, mishap] of Object.entries(MISHAPS)) {
    test(`goes on after ${name}, answered to a write`, ['push'], async ({ fault, publish, holds }) => {
      mishap(fault, { match: { writes: true }, times: 1 });
      await publish();
      await holds({ packages: 1, assignments: 1 }, `after ${name}`);
    });

    test(`does not take ${name} for an empty plane`, ['push'], async (session) => {
      const { fault, publish, settle, holds } = session;
      await publish();
      for (let reads = 0; reads < READS_TO_TRY; reads++) {
        await settle();
        mishap(fault, { match: { writes: false }, skip: reads, times: 1 });
        assert.deepEqual(keysOf(await publish()), [], `nothing was left to do, although read ${reads + 1} met ${name}`);
        fault.clear();
      }
      await holds({ packages: 1, assignments: 1 }, `after ${name}`);
    });
  }

  test('goes on after being throttled again and again', ['push'], async ({ fault, publish, holds }) => {
    fault.throttle({ times: 4, retryAfterSeconds: 1 });
    await publish();
    await holds({ packages: 1, assignments: 1 }, 'after four times 429');
  });
}

async function forEachOf(count: number, body: (nth: number) => Promise<void>): Promise<void> {
  assert.ok(count > 0 && count < MAX_WRITES, `${count} writes for one order`);
  for (let nth = 1; nth <= count; nth++) await body(nth);
}

async function afresh(given: PlaneUnderTest, body: (session: Session) => Promise<void>): Promise<void> {
  const session = await openSession(given);
  try {
    await session.plane.connect(session.ctx);
    await body(session);
    await session.plane.disconnect(session.ctx);
  } finally {
    await session.stop();
  }
}

async function publishOnce({ plane, ctx, order }: Session, journal: Journal): Promise<void> {
  await plane.publishPackage(ctx, { order, journal });
  await plane.createAssignment(ctx, { order, journal });
}

/** The same memory, in a process that ends once the nth operation has been written down as done. */
const dyingAfter = (nth: number, kept: MemoryJournal): Journal => ({
  get refs() {
    return kept.refs;
  },
  get doubts() {
    return kept.doubts;
  },
  get recent() {
    return kept.recent;
  },
  started: (operation) => kept.started(operation),
  async done(operation, refs) {
    await kept.done(operation, refs);
    if (kept.finished.length === nth) throw new Error('the process died');
  },
});

function ifTransient(cause: unknown): void {
  if (!isEucoraError(cause) || cause.errorClass !== 'transient') throw cause;
}

/** @returns the writes that it took */
async function bothVersions({ publish, settle, olderOrder, order, held }: Session): Promise<number> {
  await publish(olderOrder);
  await settle();
  await publish(order);
  await settle();
  return held.writes();
}
