import assert from 'node:assert/strict';
import type { DeviceState, DeviceStatus } from '../../vocabulary.js';
import type { PlaneUnderTest } from './plane-under-test.js';
import { planeTests, type Session } from './session.js';

const DAYS = 86_400_000;
const STATUSES: readonly DeviceStatus[] = ['installed', 'absent', 'pending', 'failed', 'not_applicable', 'unknown'];

export function describeDeviceStates(given: PlaneUnderTest): void {
  const test = planeTests(given);

  test('tells of every device once', ['push', 'compliance'], async (session) => {
    await session.publish();
    await session.advance(3 * DAYS);
    const states = await statesOf(session);
    assert.ok(states.length > 0, 'the order must have devices behind its target');
    assert.equal(new Set(states.map(({ deviceId }) => deviceId)).size, states.length, 'a device came twice');
    for (const { deviceId, status } of states) {
      assert.match(deviceId, /\S/);
      assert.ok(STATUSES.includes(status), `"${status}" is no status`);
    }
  });

  test('changes nothing by telling', ['push', 'compliance'], async (session) => {
    await session.publish();
    await session.settle();
    const writes = await session.held.writes();
    await statesOf(session, true);
    assert.equal(await session.held.writes(), writes);
  });
}

async function statesOf({ plane, ctx, order }: Session, readOnly = ctx.readOnly): Promise<readonly DeviceState[]> {
  const states: DeviceState[] = [];
  for await (const page of plane.deviceStates({ ...ctx, readOnly }, { order })) states.push(...page);
  return states;
}
