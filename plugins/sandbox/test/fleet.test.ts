import type { DeviceState, Order } from '@eucora/sdk';
import { givenOrder, givenPackage, memoryJournal, testContext, virtualClock } from '@eucora/sdk/testing';
import { INSTALL_FAILED, sandbox, type Sandbox, type SandboxSettings } from '@eucora/plugin-sandbox';
import { expect } from 'chai';

describe('the fleet of the sandbox', () => {
  it('is nowhere before something is aimed at it', async () => {
    const { statuses } = await givenSandbox();
    expect(await statuses()).to.deep.equal({ unknown: 5 });
  });

  it('installs as it checks in, more and more, and everywhere within one period', async () => {
    const { publish, statuses, clock } = await givenSandbox({ targets: { lab: 40 }, checkInSeconds: 60 });
    await publish();
    expect(await statuses()).to.deep.equal({ pending: 40 });

    const installed: number[] = [];
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await clock.advance(10_000);
      installed.push((await statuses()).installed ?? 0);
    }
    expect(installed).to.deep.equal([...installed].sort((a, b) => a - b));
    expect(new Set(installed).size).to.be.greaterThan(3);
    expect(installed.at(-1)).to.equal(40);
  });

  it('fails on the same devices for the same seed, and says so', async () => {
    const failing = async (seed: number) => {
      const { publish, states, clock } = await givenSandbox({ targets: { lab: 200 }, failureRate: 0.2, seed });
      await publish();
      await clock.advance(30_000);
      return (await states()).filter(({ status }) => status === 'failed');
    };
    const failed = await failing(7);
    expect(failed.length).to.be.within(20, 60);
    expect(failed[0]!.errorCode).to.equal(INSTALL_FAILED);
    expect(await failing(7)).to.deep.equal(failed);
    expect(await failing(8)).to.not.deep.equal(failed);
  });

  it('takes the package off when that is wanted', async () => {
    const { plane, ctx, order, publish, statuses, clock } = await givenSandbox();
    await publish();
    await clock.advance(30_000);
    await plane.rollback(ctx, { order, journal: memoryJournal() });
    expect(await statuses()).to.deep.equal({ pending: 5 });
    await clock.advance(30_000);
    expect(await statuses()).to.deep.equal({ absent: 5 });
  });

  it('counts and lists each device of a scope once, and none that is excluded', async () => {
    const { plane, ctx, order, publish, states } = await givenSandbox(
      { targets: { lab: 3, canary: 700, empty: 0 }, devicesPerTarget: 2 },
      { include: ['lab', 'canary', 'lab', 'unheard-of', 'empty', 'left-out'], exclude: ['left-out'] },
    );
    await publish();
    const found = await states();
    expect(found).to.have.lengthOf(705);
    expect(new Set(found.map(({ deviceId }) => deviceId)).size).to.equal(705);
    expect(await plane.countScope(ctx, { order })).to.equal(705);
  });

  it('hands devices out in pages', async () => {
    const { plane, ctx, order } = await givenSandbox({ targets: { lab: 1_200 } });
    const pages: number[] = [];
    for await (const page of plane.deviceStates(ctx, { order })) pages.push(page.length);
    expect(pages).to.deep.equal([500, 500, 200]);
  });

  it('is in the inventory: the targets that are configured, and those that are aimed at', async () => {
    const { plane, ctx, publish } = await givenSandbox({ targets: { canary: 2 }, devicesPerTarget: 1 });
    await publish();
    const devices = [];
    for await (const page of plane.syncInventory(ctx)) devices.push(...page);
    expect(devices.map(({ deviceId }) => deviceId)).to.deep.equal(['canary-0001', 'canary-0002', 'lab-0001']);
    for (const { lastSeen } of devices) expect(Date.parse(lastSeen!)).to.be.at.most(ctx.now().getTime());
  });

  it('does not know a version that is not the one that is aimed', async () => {
    const { publish, plane, ctx, order, clock } = await givenSandbox();
    await publish();
    await clock.advance(30_000);
    const older = { ...order, package: givenPackage({ version: '1.0.0' }) };
    expect(await statusesOf(plane, ctx, older)).to.deep.equal({ unknown: 5 });
  });

  async function givenSandbox(settings: SandboxSettings = {}, scope: Order['scope'] = { include: ['lab'] }) {
    const clock = virtualClock({ autoAdvance: true });
    const ctx = testContext({ clock });
    const plane = sandbox(settings);
    const order = givenOrder({ plane: 'sandbox', scope });
    await plane.connect(ctx);
    return {
      plane,
      ctx,
      clock,
      order,
      publish: () => plane.remediate(ctx, { order, journal: memoryJournal() }),
      states: () => statesOf(plane, ctx, order),
      statuses: () => statusesOf(plane, ctx, order),
    };
  }
});

type TestContext = ReturnType<typeof testContext>;

async function statesOf(plane: Sandbox, ctx: TestContext, order: Order): Promise<DeviceState[]> {
  const states: DeviceState[] = [];
  for await (const page of plane.deviceStates(ctx, { order })) states.push(...page);
  return states;
}

async function statusesOf(plane: Sandbox, ctx: TestContext, order: Order): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await statesOf(plane, ctx, order)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
