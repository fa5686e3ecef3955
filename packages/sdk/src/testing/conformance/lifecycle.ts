/// <reference types="mocha" />
import assert from 'node:assert/strict';
import { isEucoraError } from '../../errors.js';
import type { PlaneUnderTest } from './plane-under-test.js';
import { openSession, planeTests } from './session.js';

export function describeLifecycle(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test('is healthy, and checking changes nothing', [], async ({ plane, ctx, held }) => {
    const before = await held.writes();
    const heartbeat = await plane.check(ctx);
    assert.equal(heartbeat.healthy, true, heartbeat.detail);
    assert.match(heartbeat.detail, /\S/, 'a heartbeat says what answered');
    assert.ok(heartbeat.latencyMs >= 0);
    assert.ok(!Number.isNaN(Date.parse(heartbeat.checkedAt)), 'checkedAt is a time');
    assert.equal(await held.writes(), before);
  });

  test('says that it is not healthy rather than failing', [], async ({ plane, ctx, fault }) => {
    fault.unavailable({ times: Infinity });
    assert.equal((await plane.check(ctx)).healthy, false);
    fault.clear();
  });

  test('can be disconnected twice, and connected again', [], async ({ plane, ctx }) => {
    await plane.disconnect(ctx);
    await plane.disconnect(ctx);
    await plane.connect(ctx);
    assert.equal((await plane.check(ctx)).healthy, true);
  });

  it('refuses every verb before it is connected', async function () {
    if (!given.refusesBeforeConnect) this.skip();
    const { plane, ctx, order, journal, stop, held } = await openSession(given);
    const request = { order, journal: journal() };
    const verbs: Record<string, () => Promise<unknown>> = {
      publishPackage: () => plane.publishPackage(ctx, request),
      createAssignment: () => plane.createAssignment(ctx, request),
      queryState: () => plane.queryState(ctx, { order }),
      remediate: () => plane.remediate(ctx, request),
      rollback: () => plane.rollback(ctx, request),
      deviceStates: async () => {
        for await (const page of plane.deviceStates(ctx, { order })) void page;
      },
    };
    try {
      for (const [name, verb] of Object.entries(verbs)) {
        const isRefusal = (cause: unknown) => isEucoraError(cause) && cause.code === 'NOT_CONNECTED';
        await assert.rejects(async () => verb(), isRefusal, `${name} must fail with NOT_CONNECTED`);
      }
      assert.equal(await held.writes(), 0);
    } finally {
      await stop();
    }
  });
}
