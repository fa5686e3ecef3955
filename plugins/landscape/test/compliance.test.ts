import { expect } from 'chai';
import type { DeviceState } from '@eucora/sdk';
import {
  ANNEX,
  CANARY,
  collected,
  deploy,
  FLEET,
  givenWorld,
  journalOf,
  LAB,
  newer,
  older,
  statesOf,
  type World,
} from './given.js';

const MINUTES = 60_000;
const HOUR = 60 * MINUTES;

describe('what has become of a package on machines', () => {
  let world: World;
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('is pending until the machines have exchanged, then installed', async () => {
    world = await givenWorld();
    await deploy(world, newer());
    expect(tally(await statesOf(world, newer()))).to.deep.equal({ pending: 5 });
    await world.clock.advance(HOUR);
    const states = await statesOf(world, newer());
    expect(tally(states)).to.deep.equal({ installed: 5 });
    expect(states[0]).to.include({ version: '2.0.0' });
    expect(states[0]!.lastSeen).to.match(/^2026-01-05T/);
  });

  it('shows the older version while the newer is on its way, and a downgrade after a rollback', async () => {
    world = await givenWorld();
    await deploy(world, older());
    await world.clock.advance(HOUR);
    await deploy(world, newer());
    expect(await statesOf(world, newer())).to.satisfy((states: DeviceState[]) =>
      states.every(({ status, version }) => status === 'pending' && version === '1.0.0-1'),
    );
    await world.clock.advance(HOUR);
    await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal: journalOf(world) });
    await world.clock.advance(HOUR);
    expect(tally(await statesOf(world, newer({ package: older().package })))).to.deep.equal({ installed: 5 });
  });

  it('is absent again after it was taken off', async () => {
    world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(tally(await statesOf(world, newer({ purpose: 'uninstall' })))).to.deep.equal({ pending: 5 });
    await world.clock.advance(HOUR);
    expect(tally(await statesOf(world, newer({ purpose: 'uninstall' })))).to.deep.equal({ absent: 5 });
  });

  it("has failed with the client's result code", async () => {
    world = await givenWorld({ fleet: { ...FLEET, failureRate: 1 } });
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    const states = await statesOf(world, newer());
    expect(tally(states)).to.deep.equal({ failed: 5 });
    for (const { errorCode } of states) expect(['100', '101']).to.include(errorCode);
  });

  it('waits for somebody to approve it, and says so aloud', async () => {
    world = await givenWorld();
    world.simulator.state.unapproved.add('2');
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    const states = await statesOf(world, newer());
    expect(states.find(({ deviceId }) => deviceId === '2')).to.include({ status: 'pending', errorCode: 'unapproved' });
    const [said] = world.ctx.logged.filter(({ level }) => level === 'warn');
    expect(said!.fields).to.include({ finding: 'needs_approval', error_class: 'policy_violation', count: 1 });
    expect(said!.message).to.contain('eucora-example-tool-lab');
  });

  it('is unknown where an activity never ends', async () => {
    world = await givenWorld({ settings: { stuckAfterMs: 4 * HOUR } });
    world.simulator.state.stuck.add('3');
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    expect(tally(await statesOf(world, newer()))).to.deep.equal({ installed: 4, pending: 1 });
    await world.clock.advance(4 * HOUR);
    const states = await statesOf(world, newer());
    expect(states.find(({ deviceId }) => deviceId === '3')).to.include({ status: 'unknown', errorCode: 'stuck' });
  });

  it('is pending after a success for as long as the inventory lags', async () => {
    world = await givenWorld({ fleet: { ...FLEET, lagMs: 30 * MINUTES } });
    await deploy(world, newer());
    await world.clock.advance(25 * MINUTES);
    expect(world.simulator.fleet.statusOf('1', 'eucora-example-tool-lab#1')).to.equal('installed');
    expect(tally(await statesOf(world, newer()))).to.deep.equal({ pending: 5 });
    await world.clock.advance(30 * MINUTES);
    expect(tally(await statesOf(world, newer()))).to.deep.equal({ installed: 5 });
  });

  it('is absent where nothing was ever aimed', async () => {
    world = await givenWorld();
    expect(tally(await statesOf(world, newer()))).to.deep.equal({ absent: 5 });
  });

  it('is told page by page, whatever the size of a page', async () => {
    world = await givenWorld({ settings: { pageSize: 2 } });
    await deploy(world, newer({ scope: { include: [LAB, ANNEX] } }));
    await world.clock.advance(HOUR);
    const states = await statesOf(world, newer({ scope: { include: [LAB, ANNEX] } }));
    expect(states.map(({ deviceId }) => deviceId).sort()).to.deep.equal(['1', '2', '3', '4', '5']);
  });
});

describe('the machines', () => {
  let world: World;
  beforeEach(
    async () => (world = await givenWorld({ settings: { pageSize: 4 }, formerSelves: [{ id: 901, of: '2' }] })),
  );
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('are listed once each, also one that registered again', async () => {
    await world.clock.advance(HOUR);
    const devices = await collected(world.plane.syncInventory(world.ctx));
    expect(devices).to.have.length(15);
    expect(devices.map(({ deviceId }) => deviceId)).not.to.include('901');
    expect(devices[0]).to.include({ name: 'machine-1', platform: 'linux', osVersion: '24.04' });
  });

  it('are counted by tag, those with two tags once', async () => {
    await world.clock.advance(HOUR);
    const count = (include: string[]) => world.plane.countScope(world.ctx, { order: newer({ scope: { include } }) });
    expect(await count([LAB])).to.equal(5);
    expect(await count([LAB, ANNEX])).to.equal(5);
    expect(await count([LAB, CANARY])).to.equal(15);
    expect(await count(['ring-lba'])).to.equal(0);
  });
});

function tally(states: readonly DeviceState[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of states) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
