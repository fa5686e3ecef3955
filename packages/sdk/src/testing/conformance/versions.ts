import assert from 'node:assert/strict';
import type { HeldAssignment } from '../../execution-plane.js';
import type { PlaneUnderTest } from './plane-under-test.js';
import { planeTests, type Session } from './session.js';

export function describeVersions(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test('puts the newer version in the place of the older, and keeps the older package', ['push'], async (session) => {
    await publishBoth(session);
    await session.holds({ packages: 2, assignments: 1 }, 'after the newer version');
    assert.deepEqual(aims((await session.state()).assignments), [aim(session, session.order.package.version)]);
  });

  test('goes back to the previous version, once', ['push', 'rollback'], async (session) => {
    const { order, olderOrder, journal, takeBack, holds, held } = session;
    await publishBoth(session);
    const kept = journal();
    const done = await takeBack(order, olderOrder.package, kept);
    assert.ok(done.length > 0, 'there was something to take back');
    await holds({ packages: 2, assignments: 1 }, 'after the rollback');
    assert.deepEqual(aims((await session.state()).assignments), [aim(session, olderOrder.package.version)]);

    const writes = await held.writes();
    assert.deepEqual(await takeBack(order, olderOrder.package, kept), [], 'the second call finds it done');
    assert.deepEqual(await takeBack(order, olderOrder.package), [], 'also without a journal');
    assert.equal(await held.writes(), writes);
  });

  test('takes off the devices what has no previous version, once', ['push', 'rollback'], async (session) => {
    const { order, publish, takeBack, state, settle, held } = session;
    await publish();
    await settle();
    const done = await takeBack(order);
    assert.ok(done.length > 0, 'there was something to take back');
    const left = (await state()).assignments.filter(({ purpose }) => purpose !== 'uninstall');
    assert.deepEqual(left, [], 'nothing installs it any more');

    const writes = await held.writes();
    assert.deepEqual(await takeBack(order), [], 'the second call finds it done');
    assert.equal(await held.writes(), writes);
  });

  test('comes forward again after a rollback', ['push', 'rollback'], async (session) => {
    const { order, olderOrder, publish, takeBack, settle, holds } = session;
    await publishBoth(session);
    await takeBack(order, olderOrder.package);
    await settle();
    await publish({ ...order, correlationId: 'e02fd0e4-00fd-4abc-9b0d-6f0a3e1f2b11' });
    await holds({ packages: 2, assignments: 1 }, 'after publishing again');
    assert.deepEqual(aims((await session.state()).assignments), [aim(session, order.package.version)]);
  });
}

async function publishBoth({ olderOrder, order, publish, settle }: Session): Promise<void> {
  await publish(olderOrder);
  await settle();
  await publish(order);
  await settle();
}

const aims = (assignments: readonly HeldAssignment[]) =>
  assignments.map(({ version, target, purpose }) => ({ version, target, purpose }));

const aim = ({ order }: Session, version: string) => ({
  version,
  target: order.scope.include[0],
  purpose: order.purpose,
});
