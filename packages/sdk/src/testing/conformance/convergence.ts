import assert from 'node:assert/strict';
import type { PlaneUnderTest } from './plane-under-test.js';
import { planeTests } from './session.js';

export function describeConvergence(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test(
    'publishes twice and leaves one, which touches no device',
    ['push'],
    async ({ plane, ctx, order, journal, holds }) => {
      const kept = journal();
      const first = await plane.publishPackage(ctx, { order, journal: kept });
      assert.ok(first.done.length > 0, 'the first call has something to do');
      const second = await plane.publishPackage(ctx, { order, journal: kept });
      assert.deepEqual(second.done, [], 'the second call finds the work done');
      await holds({ packages: 1, assignments: 0 }, 'after publishing twice');
    },
  );

  test('assigns twice and leaves one', ['push'], async ({ plane, ctx, order, journal, holds }) => {
    const kept = journal();
    await plane.publishPackage(ctx, { order, journal: kept });
    const first = await plane.createAssignment(ctx, { order, journal: kept });
    assert.ok(first.done.length > 0, 'the first call has something to do');
    const second = await plane.createAssignment(ctx, { order, journal: kept });
    assert.deepEqual(second.done, [], 'the second call finds the work done');
    await holds({ packages: 1, assignments: 1 }, 'after assigning twice');
  });

  test(
    'finds its work when the journal was lost',
    ['push'],
    async ({ publish, order, journal, held, settle, holds }) => {
      await publish();
      await settle();
      const writes = await held.writes();
      assert.deepEqual(await publish(order, journal()), [], 'nothing is left to do');
      assert.equal(await held.writes(), writes, 'nothing was written');
      await holds({ packages: 1, assignments: 1 }, 'after a second time without a journal');
    },
  );

  test('journals each operation before it is done and after', ['push'], async ({ publish, order, journal }) => {
    const kept = journal();
    const said: string[] = [];
    const done = await publish(order, {
      get refs() {
        return kept.refs;
      },
      get doubts() {
        return kept.doubts;
      },
      get recent() {
        return kept.recent;
      },
      async started(operation) {
        said.push(`started ${operation.key}`);
        await kept.started(operation);
      },
      async done(operation, refs) {
        said.push(`done ${operation.key}`);
        await kept.done(operation, refs);
      },
    });
    assert.deepEqual(
      said,
      done.flatMap(({ key }) => [`started ${key}`, `done ${key}`]),
    );
  });

  test('shows version, target and purpose of what it holds', ['push'], async ({ publish, order, state, held }) => {
    await publish();
    const writes = await held.writes();
    const { packages, assignments } = await state();
    assert.equal(await held.writes(), writes, 'asking changes nothing');

    assert.deepEqual(
      packages.map(({ version, ready }) => ({ version, ready })),
      [{ version: order.package.version, ready: true }],
    );
    const mark = packages[0]!.mark;
    if (mark) assert.equal(mark.intentId, order.intentId, 'the mark names the intent');
    assert.deepEqual(
      assignments.map(({ version, target, mode, purpose }) => ({ version, target, mode, purpose })),
      [{ version: order.package.version, target: order.scope.include[0], mode: 'include', purpose: order.purpose }],
    );
  });

  test('knows nothing of an application that it never had', ['push'], async ({ state }) => {
    assert.deepEqual(await state(), { packages: [], assignments: [] });
  });

  test('restores an assignment that somebody deleted', ['push'], async (session) => {
    const { plane, ctx, order, journal, publish, removeAssignment, state, holds } = session;
    const kept = journal();
    await publish(order, kept);
    await session.settle();
    await removeAssignment();
    assert.deepEqual((await state()).assignments, [], 'it sees that the assignment is gone');

    const { done } = await plane.remediate(ctx, { order, journal: kept });
    assert.ok(done.length > 0, 'there was something to put right');
    await holds({ packages: 1, assignments: 1 }, 'after remediation');
    assert.deepEqual((await plane.remediate(ctx, { order, journal: kept })).done, [], 'and then nothing is left');
  });

  test('remediates from nothing', ['push'], async ({ plane, ctx, order, journal, holds }) => {
    await plane.remediate(ctx, { order, journal: journal() });
    await holds({ packages: 1, assignments: 1 }, 'after remediation of an empty plane');
  });
}
