import { expect } from 'chai';
import type { DeviceState, Order } from '@eucora/sdk';
import { lastRun } from '../src/device-states.js';
import { put, rollout } from '../simulator/index.js';
import {
  CANARY,
  collected,
  deploy,
  failureOf,
  FLEET,
  givenWorld,
  KIOSKS,
  LAB,
  newer,
  older,
  policies,
  journalOf,
  type World,
} from './given.js';

const DAY = 86_400_000;

describe('what became of it on the Macs', () => {
  it('is pending until they check in, and installed then', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    expect(await statuses(world)).to.deep.equal(Array(5).fill('pending'));
    await world.clock.advance(DAY);
    expect(await statuses(world)).to.deep.equal(Array(5).fill('installed'));
    const [first] = await statesOf(world);
    expect(first).to.include({ deviceId: '1', version: '2.0.0' });
    expect(Date.parse(first!.lastSeen!)).to.be.greaterThan(0);
    await world.stop();
  });

  it('begins anew when the policy is pointed elsewhere', async () => {
    const world = await givenWorld();
    await deploy(world, older());
    await world.clock.advance(DAY);
    await deploy(world, newer());
    expect(await statuses(world)).to.deep.equal(Array(5).fill('pending'));
    expect(await statuses(world, older())).to.deep.equal(Array(5).fill('unknown'));
    await world.clock.advance(DAY);
    expect(await statuses(world)).to.deep.equal(Array(5).fill('installed'));
    await world.stop();
  });

  it('is told of failures with Jamf’s word for them', async () => {
    const world = await givenWorld({ fleet: { ...FLEET, failureRate: 1 } });
    await deploy(world, newer());
    await world.clock.advance(DAY);
    const states = await statesOf(world);
    expect(states.map(({ status, errorCode }) => `${status} ${errorCode}`)).to.deep.equal(
      Array(5).fill('failed Failed'),
    );
    await world.stop();
  });

  it('stays pending on Macs that are away, without asking for their logs', async () => {
    const world = await givenWorld({ fleet: { ...FLEET, offlineRate: 1 } });
    await deploy(world, newer());
    await world.clock.advance(DAY);
    expect(await statuses(world)).to.deep.equal(Array(5).fill('pending'));
    expect(historiesAsked(world)).to.equal(0);
    await world.stop();
  });

  it('of a removal is pending where the package was put, and absent where it never was or is gone', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(DAY);
    await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    const off = newer({ purpose: 'uninstall', scope: { include: [LAB] } });
    expect(await statuses(world, off)).to.deep.equal(Array(5).fill('pending'));
    await world.clock.advance(DAY);
    expect(await statuses(world, off)).to.deep.equal(Array(5).fill('absent'));
    await deploy(world, newer({ purpose: 'uninstall', ring: 'canary', scope: { include: [CANARY] } }));
    const never = newer({ purpose: 'uninstall', ring: 'canary', scope: { include: [CANARY] } });
    expect(await statuses(world, never)).to.deep.equal(Array(10).fill('absent'));
    await world.stop();
  });

  it('of an offer is absent until a user takes it', async () => {
    const world = await givenWorld();
    await deploy(world, newer({ purpose: 'available' }));
    await world.clock.advance(DAY);
    expect(await statuses(world, newer({ purpose: 'available' }))).to.deep.equal(Array(5).fill('absent'));
    await world.stop();
  });

  it('is unknown where nothing was ever aimed, and of Macs that Jamf lost', async () => {
    const world = await givenWorld();
    expect(await statuses(world)).to.deep.equal(Array(5).fill('unknown'));
    await deploy(world, newer());
    const members = [
      { id: 1, name: 'Mac lab-0' },
      { id: 4711, name: 'gone' },
    ];
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: { computer_group: { id: 1, name: LAB, computers: members } },
      match: { path: /computergroups\/id/ },
    });
    expect((await statesOf(world)).map(({ deviceId, status }) => [deviceId, status])).to.deep.equal([
      ['1', 'pending'],
      ['4711', 'unknown'],
    ]);
    await world.stop();
  });

  it('counts members of several groups once, and excluded ones not at all', async () => {
    const devices = FLEET.devices.map((one) => ({ ...one, groups: [...one.groups, 'All Macs'] }));
    const world = await givenWorld({ fleet: { ...FLEET, devices } });
    const order = newer({ scope: { include: [LAB, 'All Macs', CANARY], exclude: [KIOSKS] } });
    expect(await world.plane.countScope(world.ctx, { order })).to.equal(14);
    await deploy(world, order);
    const states = await statesOf(world, order);
    expect(new Set(states.map(({ deviceId }) => deviceId)).size).to.equal(14);
    await world.stop();
  });

  it('of a thousand Macs is asked for in pages, over five connections at most', async () => {
    const { devices, groups } = rollout(1_110);
    const world = await givenWorld({ fleet: { seed: 3, devices }, latencyMs: 2 });
    const order = newer({ ring: 'pilot', scope: { include: [groups.pilot!] }, sizeLimit: 1_000 });
    await deploy(world, order);
    await world.clock.advance(DAY);
    const before = world.simulator.requests.length;
    const pages: number[] = [];
    for await (const page of world.plane.deviceStates(world.ctx, { order })) pages.push(page.length);
    expect(pages).to.deep.equal([200, 200, 200, 200, 200]);
    const asked = world.simulator.requests.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.includes('computers-inventory'))).to.have.length(5);
    expect(world.simulator.peak).to.be.within(2, 5);
    await world.stop();
  });

  it('is asked of a Mac until it is done, and not again', async () => {
    const world = await givenWorld({ fleet: { ...FLEET, seed: 8, failureRate: 0.5 } });
    await deploy(world, newer());
    await world.clock.advance(DAY);
    const first = await statuses(world);
    const failed = first.filter((status) => status === 'failed').length;
    expect(failed).to.be.within(1, 4);
    expect(historiesAsked(world)).to.equal(5);
    expect(await statuses(world)).to.deep.equal(first);
    expect(historiesAsked(world)).to.equal(5 + failed);
    await deploy(world, older());
    await world.clock.advance(DAY);
    const before = historiesAsked(world);
    await statuses(world, older());
    expect(historiesAsked(world) - before, 'a new start is a new question').to.equal(5);
    await world.stop();
  });

  it('that did not change is not written of again', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(DAY);
    const { writes } = world.simulator;
    await statesOf(world);
    await collected(world.plane.syncInventory(world.ctx));
    await collected(world.plane.listAssignments(world.ctx));
    expect(world.simulator.writes).to.equal(writes);
    await world.stop();
  });

  it('is not read from the log of a policy that has yet to be let loose', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(DAY);
    const [policy] = policies(world);
    const description = policy!.selfService.self_service_description!.replace(/ since=\S+(?=\])/, '$& flush-due');
    const staged = {
      ...policy!,
      general: { ...policy!.general, enabled: 'false' },
      selfService: { ...policy!.selfService, self_service_description: description },
    };
    put(world.simulator.state.policies, policy!.id, staged, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(60_000);
    expect(await statuses(world)).to.deep.equal(Array(5).fill('unknown'));
    await world.stop();
  });
});

describe('the log of a policy', () => {
  const at = (time: string) => Date.parse(time);

  it('is read in both spellings', () => {
    const live = { policy_id: 1, status: 'Completed', date_completed_epoch: '1705309200000' };
    const documented = { policy_id: '1', status: 'Failed', date_time_utc: '2024-01-15T09:00:00.000+0000' };
    expect(lastRun([live], '1', 0)).to.deep.equal({ failed: false, at: 1705309200000 });
    expect(lastRun([documented], '1', 0)).to.deep.equal({ failed: true, at: at('2024-01-15T09:00:00Z') });
  });

  it('tells of the latest run of this policy since it was let loose', () => {
    const log = (policy_id: number, status: string, time: string) => ({
      policy_id,
      status,
      date_completed_epoch: at(time),
    });
    const logs = [
      log(1, 'Failed', '2024-01-02T00:00:00Z'),
      log(1, 'Completed', '2024-01-03T00:00:00Z'),
      log(2, 'Failed', '2024-01-04T00:00:00Z'),
    ];
    expect(lastRun(logs, '1', at('2024-01-01T00:00:00Z'))?.failed).to.equal(false);
    expect(lastRun(logs, '1', at('2024-01-03T12:00:00Z'))).to.equal(undefined);
    expect(lastRun([{ policy_id: 1, status: 'Completed' }], '1', at('2024-01-01T00:00:00Z'))?.failed).to.equal(false);
  });
});

describe('the inventory', () => {
  it('has every Mac once, over several pages', async () => {
    const { devices } = rollout(110);
    const world = await givenWorld({ fleet: { seed: 3, devices }, settings: { pageSize: 25 } });
    await world.clock.advance(DAY);
    const all = await collected(world.plane.syncInventory(world.ctx));
    expect(new Set(all.map(({ deviceId }) => deviceId)).size).to.equal(110);
    expect(all[0]).to.include({ deviceId: '1', name: 'Mac mac-1', platform: 'macos', osVersion: '26.1' });
    expect(all[0]!.lastSeen).to.match(/Z$/);
    await world.stop();
  });

  it('is complete also where Jamf gives shorter pages than were asked for', async () => {
    const { devices } = rollout(2_500);
    const world = await givenWorld({ fleet: { seed: 3, devices }, settings: { pageSize: 2_000 } });
    (world.config as { pageSize: number }).pageSize = 5_000;
    expect(await collected(world.plane.syncInventory(world.ctx))).to.have.length(2_500);
    await world.stop();
  });

  it('is not taken for complete where rows are missing', async () => {
    const world = await givenWorld();
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: { totalCount: 3, results: [] },
      match: { path: /computers-inventory/ },
    });
    const refusal = await failureOf(collected(world.plane.syncInventory(world.ctx)));
    expect(refusal).to.include({ code: 'PLANE_ANSWER_INVALID', errorClass: 'transient' });
    await world.stop();
  });

  it('is read from servers before 11.30 too, and they are asked for v4 only once', async () => {
    const world = await givenWorld({ version: '11.28.0' });
    await deploy(world, newer());
    await world.clock.advance(DAY);
    expect(await statuses(world)).to.deep.equal(Array(5).fill('installed'));
    const [mac] = await collected(world.plane.syncInventory(world.ctx));
    expect(mac!.lastSeen).to.match(/Z$/);
    expect(world.simulator.requests.filter(({ path }) => path.includes('/v4/'))).to.have.length(1);
    await world.stop();
  });
});

async function statesOf(world: World, order: Order = newer()): Promise<readonly DeviceState[]> {
  return collected(world.plane.deviceStates(world.ctx, { order }));
}

const statuses = async (world: World, order: Order = newer()) =>
  (await statesOf(world, order)).map(({ status }) => status);

const historiesAsked = ({ simulator }: World) =>
  simulator.requests.filter(({ path }) => path.includes('history')).length;
