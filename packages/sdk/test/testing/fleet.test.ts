import { createFleet, virtualClock, type FleetOptions, type FleetState } from '@eucora/sdk/testing';
import { expect } from 'chai';

const HOUR = 3_600_000;
const SEED = 42;

describe(`a simulated fleet (seed ${SEED})`, () => {
  it('installs what is required, device by device, as each checks in', async () => {
    const { fleet, clock } = givenFleet();
    fleet.assign('lab', 'tool-1', 'required');
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ pending: 20 });

    await clock.advance(4 * HOUR);
    const half = counts(fleet.states('tool-1', ['lab']));
    expect(half.installed).to.be.within(1, 19);

    await clock.advance(5 * HOUR);
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ installed: 20 });
  });

  it('has the same fate with the same seed, and another with another', async () => {
    const fate = async (seed: number) => {
      const { fleet, clock } = givenFleet({ seed, failureRate: 0.5 });
      fleet.assign('lab', 'tool-1', 'required');
      await clock.advance(9 * HOUR);
      return [...fleet.states('tool-1', ['lab'])];
    };
    expect(await fate(1)).to.deep.equal(await fate(1));
    expect(await fate(1)).not.to.deep.equal(await fate(2));
  });

  it('fails at its rate, with a code, until it is assigned anew', async () => {
    const { fleet, clock } = givenFleet({ failureRate: 1 });
    fleet.assign('lab', 'tool-1', 'required');
    await clock.advance(9 * HOUR);
    const [first] = [...fleet.states('tool-1', ['lab'])];
    expect(first?.status).to.equal('failed');
    expect(first?.errorCode).to.match(/^0x[0-9a-f]{8}$/);
    expect(fleet.statusOf('d-0', 'tool-1')).to.equal('failed');
    fleet.assign('lab', 'tool-1', 'required');
    expect([...fleet.states('tool-1', ['lab'])][0]?.status).to.equal('pending');
  });

  it('shows late what the devices know already', async () => {
    const { fleet, clock } = givenFleet({ lagMs: 2 * HOUR });
    fleet.assign('lab', 'tool-1', 'required');
    await clock.advance(9 * HOUR);
    expect(fleet.statusOf('d-0', 'tool-1')).to.equal('installed');
    expect(counts(fleet.states('tool-1', ['lab'])).pending).to.be.greaterThan(0);
    await clock.advance(2 * HOUR);
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ installed: 20 });
  });

  it('removes what it installed, and leaves alone what it never had', async () => {
    const { fleet, clock } = givenFleet();
    fleet.assign('lab', 'tool-1', 'required');
    await clock.advance(9 * HOUR);
    fleet.unassign('lab', 'tool-1');
    fleet.assign('lab', 'tool-1', 'uninstall');
    fleet.assign('lab', 'tool-2', 'uninstall');
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ installed: 20 });
    await clock.advance(9 * HOUR);
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ removed: 20 });
    expect(counts(fleet.states('tool-2', ['lab']))).to.deep.equal({ absent: 20 });
  });

  it('does not begin what was taken back before the check-in', async () => {
    const { fleet, clock } = givenFleet();
    fleet.assign('lab', 'tool-1', 'required');
    fleet.unassign('lab', 'tool-1');
    await clock.advance(24 * HOUR);
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ absent: 20 });
  });

  it('does not install on devices of an excluded group, nor what is only available', async () => {
    const { fleet, clock } = givenFleet();
    fleet.assign('lab', 'tool-1', 'required');
    fleet.assign('odd', 'tool-1', 'required', 'exclude');
    fleet.assign('lab', 'tool-2', 'available');
    await clock.advance(24 * HOUR);
    expect(counts(fleet.states('tool-1', ['lab']))).to.deep.equal({ installed: 10, absent: 10 });
    expect(counts(fleet.states('tool-2', ['lab']))).to.deep.equal({ absent: 20 });
  });

  it('never hears of devices that are off', async () => {
    const { fleet, clock } = givenFleet({ offlineRate: 1 });
    fleet.assign('lab', 'tool-1', 'required');
    await clock.advance(240 * HOUR);
    const states = [...fleet.states('tool-1', ['lab'])];
    expect(counts(states)).to.deep.equal({ pending: 20 });
    expect(states[0]).not.to.have.property('lastSeen');
  });

  it('counts a device once, in however many groups it is, and knows none of other groups', () => {
    const { fleet } = givenFleet();
    expect(fleet.members(['lab', 'odd'])).to.have.length(20);
    expect(fleet.members(['nobody'])).to.deep.equal([]);
    expect(fleet.devices).to.have.length(20);
    expect(fleet.statusOf('who?', 'tool-1')).to.equal('absent');
  });

  it('says when a device was last seen', async () => {
    const { fleet, clock } = givenFleet();
    await clock.advance(24 * HOUR);
    for (const { lastSeen } of fleet.states('tool-1', ['lab'])) {
      const age = clock.now().getTime() - Date.parse(lastSeen!);
      expect(age).to.be.within(0, 8 * HOUR);
    }
  });

  it('holds 100,000 devices without a timer', async () => {
    const devices = Array.from({ length: 100_000 }, (_, n) => ({
      id: `d-${n}`,
      groups: ['global'],
      platform: 'windows' as const,
    }));
    const { fleet, clock } = givenFleet({ devices, failureRate: 0.02 });
    fleet.assign('global', 'tool-1', 'required');
    await clock.advance(24 * HOUR);
    const { installed = 0, failed = 0 } = counts(fleet.states('tool-1', ['global']));
    expect(installed + failed).to.equal(100_000);
    expect(failed).to.be.within(1_800, 2_200);
    expect(clock.pendingSleeps).to.equal(0);
  });
});

function givenFleet(options: Partial<FleetOptions> = {}) {
  const clock = virtualClock();
  const devices = Array.from({ length: 20 }, (_, n) => ({
    id: `d-${n}`,
    groups: n % 2 ? ['lab', 'odd'] : ['lab'],
    platform: 'windows' as const,
  }));
  return { clock, fleet: createFleet({ seed: SEED, clock, devices, checkInMs: 8 * HOUR, ...options }) };
}

function counts(states: Iterable<FleetState>): Partial<Record<FleetState['status'], number>> {
  const by: Partial<Record<FleetState['status'], number>> = {};
  for (const { status } of states) by[status] = (by[status] ?? 0) + 1;
  return by;
}
