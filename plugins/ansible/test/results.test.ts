import { expect } from 'chai';
import type { DeviceState, Order } from '@eucora/sdk';
import {
  CANARY,
  collected,
  deploy,
  failureOf,
  FLEET,
  givenWorld,
  HOUR,
  jobsOf,
  KIOSKS,
  LAB,
  MINUTE,
  newer,
  remediate,
  type World,
  type WorldOptions,
} from './given.js';
import { installedVersion } from '../simulator/index.js';

const settings = { repositoryTemplate: undefined };

describe('device states', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('go from pending to installed, with the version that was read back', async () => {
    await deploy(world, newer());
    expect(await told(world)).to.deep.equal(Array(5).fill('pending'));
    await world.clock.advance(HOUR);
    const states = await statesOf(world, newer());
    expect(states.map(({ status, version }) => `${status} ${version}`)).to.deep.equal(Array(5).fill('installed 2.0.0'));
    expect(states[0]!.lastSeen).to.match(/^2026-/);
    expect(installedVersion(world.simulator.state, 'lab-0', 'example-tool')).to.equal('2.0.0');
  });

  it('are unknown before anything was launched, and for what is only offered', async () => {
    expect(await told(world)).to.deep.equal(Array(5).fill('unknown'));
    await deploy(world, newer({ purpose: 'available' }));
    expect(await told(world, newer({ purpose: 'available' }))).to.deep.equal(Array(5).fill('unknown'));
  });

  it('are absent after a removal', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    await remediate(world, newer({ purpose: 'uninstall' }));
    await world.clock.advance(HOUR);
    expect(await told(world, newer({ purpose: 'uninstall' }))).to.deep.equal(Array(5).fill('absent'));
    expect(installedVersion(world.simulator.state, 'lab-0', 'example-tool')).to.equal(undefined);
  });

  it('say what failed, with the return code of the package manager', async () => {
    expect(await after({ fleet: { ...FLEET, failureRate: 1 } })).to.deep.equal(Array(5).fill('failed rc=100'));
  });

  it('are unknown, not failed, for hosts that could not be reached', async () => {
    expect(await after({ fleet: { ...FLEET, offlineRate: 1 } })).to.deep.equal(Array(5).fill('unknown unreachable'));
  });

  it('are pending while results are still being stored, and unknown when they never are', async () => {
    const late: WorldOptions = { settings, delays: { processing: Infinity } };
    const lagging = await givenWorld(late);
    await deploy(lagging, newer());
    await lagging.clock.advance(464_000);
    expect(await told(lagging), 'right after the end').to.deep.equal(Array(5).fill('pending'));
    await lagging.clock.advance(2 * MINUTE);
    expect(await told(lagging)).to.deep.equal(Array(5).fill('unknown incomplete'));
    await lagging.stop();
  });

  it('are unknown for hosts that were asked for and are in no result', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    const job = jobsOf(world)[0]!;
    await told(world);
    const { 'lab-2': _left, ...stats } = job.result!.stats!;
    job.result = { ...job.result!, stats };
    expect(await told(world)).to.have.members([...Array<string>(4).fill('installed'), 'unknown no_result']);
  });

  it('are unknown for hosts that are switched off', async () => {
    [...world.simulator.state.hosts.values()].find(({ name }) => name === 'lab-1')!.enabled = false;
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    expect(await told(world)).to.have.members([...Array<string>(4).fill('installed'), 'unknown host_disabled']);
    expect(await remediate(world, newer()), 'and nothing is left to do').to.deep.equal([]);
  });

  it('are unknown after the job was deleted or cleaned up', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    world.simulator.state.jobs.clear();
    expect(await told(world)).to.deep.equal(Array(5).fill('unknown no_result'));
  });

  it('tell of a job that should have ended long ago', async () => {
    const stuck = await givenWorld({ settings: { ...settings, jobDeadlineMs: HOUR }, delays: { start: 24 * HOUR } });
    await deploy(stuck, newer());
    await stuck.clock.advance(2 * HOUR);
    expect(await told(stuck)).to.deep.equal(Array(5).fill('unknown job_overdue'));
    await stuck.stop();
  });

  it('put together what several jobs did', async () => {
    const failing = await givenWorld({ settings, fleet: { ...FLEET, failureRate: 0.5 } });
    await deploy(failing, newer());
    for (let turn = 0; turn < 12; turn++) {
      await failing.clock.advance(HOUR);
      await remediate(failing, newer());
    }
    expect(jobsOf(failing)).to.have.length.greaterThan(1);
    expect(await told(failing)).to.deep.equal(Array(5).fill('installed'));
    await failing.stop();
  });

  it('are those of the scope, each host once', async () => {
    const order = newer({ scope: { include: [LAB, KIOSKS, CANARY] } });
    await deploy(world, order);
    await world.clock.advance(3 * HOUR);
    const states = await statesOf(world, order);
    expect(states).to.have.length(15);
    expect(new Set(states.map(({ deviceId }) => deviceId)).size).to.equal(15);
    expect(states.every(({ status }) => status === 'installed')).to.equal(true);
    const without = newer({ scope: { include: [LAB], exclude: [KIOSKS] } });
    expect((await statesOf(world, without)).map(({ deviceId }) => deviceId)).not.to.include('lab-kiosk');
  });

  it('come in pages where there are many', async () => {
    const devices = Array.from({ length: 1_201 }, (_, n) => ({
      id: `big-${n}`,
      groups: ['tag_big'],
      platform: 'linux' as const,
    }));
    const large = await givenWorld({
      settings: { ...settings, forwardEvents: 'none' },
      fleet: { seed: 1, devices },
      checked: false,
    });
    const order = newer({ scope: { include: ['tag_big'] } });
    await deploy(large, order);
    await large.clock.advance(HOUR);
    const sizes: number[] = [];
    for await (const page of large.plane.deviceStates(large.ctx, { order })) sizes.push(page.length);
    expect(sizes).to.deep.equal([1_000, 201]);
    expect(await large.plane.countScope(large.ctx, { order })).to.equal(1_201);
    await large.stop();
  });

  it('of a group that nobody has are refused with its name', async () => {
    const refusal = await failureOf(statesOf(world, newer({ scope: { include: ['tag_nobody'] } })));
    expect(refusal).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(refusal.message).to.include('tag_nobody');
  });

  async function after(options: WorldOptions): Promise<string[]> {
    const other = await givenWorld({ settings, ...options });
    await deploy(other, newer());
    await other.clock.advance(HOUR);
    const states = await told(other);
    await other.stop();
    return states;
  }
});

describe('what the plane lists', () => {
  it('every host of the inventory', async () => {
    const world = await givenWorld();
    const devices = await collected(world.plane.syncInventory(world.ctx));
    expect(devices).to.have.length(15);
    expect(devices[0]).to.deep.equal({ deviceId: 'lab-0', name: 'lab-0', platform: 'unknown' });
    await world.stop();
  });

  it('every assignment of ours, whatever application it is for, and nothing of other people', async () => {
    const world = await givenWorld({ settings });
    const other = newer({ package: { ...newer().package, name: 'Other Tool' }, scope: { include: [CANARY] } });
    await deploy(world, newer());
    await deploy(world, other);
    const listed = await collected(world.plane.listAssignments(world.ctx));
    expect(
      listed.map(({ packageName, version, target, mark }) => `${packageName} ${version} ${target} ${mark.intentId}`),
    ).to.have.members([`Example Tool 2.0.0 ${LAB} intent-1`, `Other Tool 2.0.0 ${CANARY} intent-1`]);
    for (const group of world.simulator.state.groups.values()) group.variables = '---\nsomebody: took it out';
    expect(await collected(world.plane.listAssignments(world.ctx))).to.deep.equal([]);
    await world.stop();
  });

  it('the size of a scope, which is asked as a number where it can be', async () => {
    const world = await givenWorld();
    const sizeOf = (include: string[], exclude?: string[]) =>
      world.plane.countScope(world.ctx, { order: newer({ scope: { include, ...(exclude && { exclude }) } }) });
    expect(await sizeOf([LAB])).to.equal(5);
    expect(world.simulator.requests.at(-1)?.query.page_size).to.equal('1');
    expect(await sizeOf([LAB, CANARY, KIOSKS])).to.equal(15);
    expect(await sizeOf([LAB, CANARY], [KIOSKS])).to.equal(14);
    await world.stop();
  });
});

const statesOf = ({ plane, ctx }: World, order: Order): Promise<DeviceState[]> =>
  collected(plane.deviceStates(ctx, { order }));
const told = async (world: World, order: Order = newer()) =>
  (await statesOf(world, order)).map(({ status, errorCode }) => [status, errorCode].filter(Boolean).join(' '));
