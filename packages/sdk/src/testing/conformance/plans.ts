import assert from 'node:assert/strict';
import type { PlaneUnderTest } from './plane-under-test.js';
import { keysOf, planeTests } from './session.js';

export function describePlans(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test(
    'plans without writing, also where nothing may be written',
    ['push', 'plan'],
    async ({ plane, ctx, order, held }) => {
      const planned = await plane.plan!({ ...ctx, readOnly: true }, { order });
      assert.ok(planned.length > 0, 'an empty plane needs work');
      for (const { summary } of planned) assert.match(summary, /\S/, 'an operation tells a person what it does');
      assert.deepEqual(JSON.parse(JSON.stringify(planned)), planned, 'a plan is plain JSON');
      assert.equal(await held.writes(), 0);
    },
  );

  test('plans the same for the same order', ['push', 'plan'], async ({ plane, ctx, order }) => {
    const first = await plane.plan!(ctx, { order });
    const again = await plane.plan!(ctx, { order: structuredClone(order) });
    assert.deepEqual(again, first);
    assert.equal(new Set(keysOf(first)).size, first.length, 'every operation has a key of its own');
  });

  test(
    'does what it planned, in that order, and nothing else',
    ['push', 'plan'],
    async ({ plane, ctx, order, publish }) => {
      const planned = await plane.plan!(ctx, { order });
      assert.deepEqual(keysOf(await publish()), keysOf(planned));
    },
  );

  test('shows the same state while nothing happens', ['push', 'plan'], async (session) => {
    const { plane, ctx, order, olderOrder, publish, settle } = session;
    await publish(olderOrder);
    await settle();
    const state = await plane.queryState(ctx, { order });
    await settle();
    assert.deepEqual(
      await plane.queryState(ctx, { order }),
      state,
      'a signed plan is held against the state it was made from',
    );
  });

  test('has nothing left to plan once it is done', ['push', 'plan'], async ({ plane, ctx, order, publish, settle }) => {
    await publish();
    await settle();
    assert.deepEqual(await plane.plan!(ctx, { order }), []);
  });

  test('does the rollback that it planned', ['push', 'plan', 'rollback'], async (session) => {
    const { plane, ctx, order, olderOrder, publish, takeBack, settle, held } = session;
    await publish(olderOrder);
    await settle();
    await publish(order);
    await settle();
    const writes = await held.writes();
    const previous = olderOrder.package;
    const planned = await plane.planRollback!({ ...ctx, readOnly: true }, { order, previous });
    assert.equal(await held.writes(), writes, 'planning writes nothing');
    assert.deepEqual(keysOf(await takeBack(order, previous)), keysOf(planned));
  });
}
