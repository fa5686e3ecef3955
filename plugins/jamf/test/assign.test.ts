import { expect } from 'chai';
import { readPolicyMark } from '../src/marks.js';
import {
  CANARY,
  collected,
  deploy,
  givenWorld,
  groupsOf,
  journalOf,
  KIOSKS,
  LAB,
  newer,
  older,
  packages,
  policies,
  policyNamed,
  type World,
} from './given.js';

const DAY = 86_400_000;
const NAME = 'EUCORA/Example Tool/lab';

describe('the policy of a ring', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('brings the package to the groups of the order, and to no others', async () => {
    await deploy(world, newer({ scope: { include: [LAB], exclude: [KIOSKS] } }));
    await world.clock.advance(DAY);
    expect(installedFiles('lab-0')).to.deep.equal([fileOf('2.0.0')]);
    expect(installedFiles('lab-kiosk')).to.deep.equal([]);
    expect(installedFiles('canary-0')).to.deep.equal([]);
  });

  it('runs once on each Mac at its check-in, tries again where that failed, and tells the inventory', async () => {
    await deploy(world, newer());
    expect(policyNamed(world, NAME)!.general).to.include({
      enabled: 'true',
      trigger_checkin: 'true',
      frequency: 'Once per computer',
      retry_event: 'check-in',
      retry_attempts: '3',
    });
    expect(policyNamed(world, NAME)!.maintenance).to.include({ recon: 'true' });
  });

  it('is switched on only after it was seen to be right', async () => {
    await deploy(world, newer());
    const changes = world.simulator.ledger.entries.filter(({ kind }) => kind.startsWith('policy_'));
    expect(changes.map(({ kind, detail }) => [kind, detail?.enabled])).to.deep.equal([
      ['policy_created', 'false'],
      ['policy_changed', 'true'],
    ]);
  });

  it('is pointed at the newer version, and Macs that had the older get the newer', async () => {
    await deploy(world, older());
    await world.clock.advance(DAY);
    await deploy(world, newer());
    await world.clock.advance(DAY);
    expect(policies(world)).to.have.length(1);
    expect(installedFiles('lab-1')).to.deep.equal([fileOf('1.0.0'), fileOf('2.0.0')]);
    expect(packages(world)).to.have.length(2);
  });

  it('goes back the same way, on every Mac', async () => {
    await deploy(world, older());
    await deploy(world, newer());
    await world.clock.advance(DAY);
    await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal: journalOf(world) });
    await world.clock.advance(DAY);
    for (const mac of world.simulator.fleet.members([LAB])) {
      expect(installedFiles(mac.id).at(-1), mac.id).to.equal(fileOf('1.0.0'));
    }
    expect(policyNamed(world, NAME)!.packages.map(({ id }) => id)).to.deep.equal([idOf('1.0.0')]);
  });

  it('is flushed before it is switched on: a Mac that ran it would otherwise never get another version', async () => {
    await deploy(world, older());
    await world.clock.advance(DAY);
    world.simulator.ledger.record('---', '');
    await deploy(world, newer());
    const kinds = world.simulator.ledger.entries.map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf('---') + 1).filter((kind) => kind.startsWith('policy_'))).to.deep.equal([
      'policy_changed',
      'policy_log_flushed',
      'policy_changed',
    ]);
  });

  it('is not flushed where only its groups change, so that nobody installs twice', async () => {
    await deploy(world, newer());
    await world.clock.advance(DAY);
    expect(await deploy(world, newer({ scope: { include: [LAB, CANARY] } }))).to.deep.equal(['save_policy']);
    await world.clock.advance(DAY);
    expect(installedFiles('lab-0')).to.deep.equal([fileOf('2.0.0')]);
    expect(installedFiles('canary-0')).to.deep.equal([fileOf('2.0.0')]);
    expect(world.simulator.ledger.count('policy_log_flushed')).to.equal(0);
  });

  it('is shared by orders for the same version and ring: neither takes the groups of the other', async () => {
    await deploy(world, newer());
    await deploy(world, newer({ intentId: 'intent-2', correlationId: 'c2', scope: { include: [CANARY] } }));
    expect(groupsOf(world, policyNamed(world, NAME)!)).to.have.members([LAB, CANARY]);
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.have.length(2);
    await deploy(world, older());
    expect(groupsOf(world, policyNamed(world, NAME)!), 'another version is not shared').to.deep.equal([LAB]);
  });

  it('offers in Self Service what is available, and puts it on nobody', async () => {
    await deploy(world, newer({ purpose: 'available' }));
    await world.clock.advance(DAY);
    expect(policyNamed(world, NAME)!.selfService).to.include({ use_for_self_service: 'true' });
    expect(policyNamed(world, NAME)!.general).to.include({ trigger_checkin: 'false', frequency: 'Ongoing' });
    expect(installedFiles('lab-0')).to.deep.equal([]);
  });

  it('carries the mark of the latest order, which is how it is listed', async () => {
    await deploy(world, newer());
    const canary = newer({ ring: 'canary', intentId: 'intent-2', scope: { include: [CANARY] } });
    await deploy(world, canary);
    const listed = await collected(world.plane.listAssignments(world.ctx));
    expect(
      listed.map(({ target, version, packageName, mark }) => ({ target, version, packageName, ...mark })),
    ).to.have.deep.members([
      {
        target: LAB,
        version: '2.0.0',
        packageName: 'Example Tool',
        intentId: 'intent-1',
        ring: 'lab',
        correlationId: newer().correlationId,
      },
      {
        target: CANARY,
        version: '2.0.0',
        packageName: 'Example Tool',
        intentId: 'intent-2',
        ring: 'canary',
        correlationId: newer().correlationId,
      },
    ]);
    expect(await deploy(world, newer({ intentId: 'intent-3' }))).to.deep.equal(['save_policy']);
    const described = policyNamed(world, NAME)!.selfService.self_service_description!;
    expect(readPolicyMark(described)!.mark.intentId).to.equal('intent-3');
  });

  it('of one ring gives a group to the policy of another ring', async () => {
    await deploy(world, older({ ring: 'canary', scope: { include: [LAB, CANARY] } }));
    expect(await deploy(world, newer())).to.include('release_groups');
    expect(groupsOf(world, policyNamed(world, 'EUCORA/Example Tool/canary')!)).to.deep.equal([CANARY]);
    expect(groupsOf(world, policyNamed(world, NAME)!)).to.deep.equal([LAB]);
    const held = (await world.plane.queryState(world.ctx, { order: newer() })).assignments;
    expect(held.map(({ version, target }) => [version, target])).to.have.deep.members([
      ['2.0.0', LAB],
      ['1.0.0', CANARY],
    ]);
  });

  it('stands beside that of another ring at the same moment', async () => {
    const canary = newer({ ring: 'canary', correlationId: 'c2', scope: { include: [CANARY] } });
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    await Promise.all([
      deploy(world, newer()),
      deploy({ ...world, ctx: { ...world.ctx, correlationId: 'c2' } }, canary),
    ]);
    expect(policies(world).map(({ general }) => general.name)).to.have.members([NAME, 'EUCORA/Example Tool/canary']);
  });

  const installedFiles = (mac: string) => world.simulator.runs.historyOf(mac);
  const theOne = (version: string) =>
    packages(world).find(({ fields }) => fields.packageName === `EUCORA Example Tool ${version}`)!;
  const fileOf = (version: string) => theOne(version).fields.fileName;
  const idOf = (version: string) => theOne(version).id;
});

describe('taking off', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  it('runs the uninstall command on the Macs of the ring, and nothing installs it any more', async () => {
    await deploy(world, newer());
    await world.clock.advance(DAY);
    await takeOff();
    await world.clock.advance(DAY);
    const [installed, removed] = world.simulator.runs.historyOf('lab-0');
    expect(installed).to.match(/\.pkg$/);
    expect(removed).to.equal(`ran ${newer().package.uninstallCommand}`);
    expect(policyNamed(world, NAME)!.general).to.include({ enabled: 'false' });
    expect(policyNamed(world, NAME)!.scope.include).to.deep.equal([]);
  });

  it('stops the installation before it begins to remove', async () => {
    await deploy(world, newer());
    await world.clock.advance(DAY);
    const { done } = await takeOff();
    expect(done.map(({ kind }) => kind)).to.deep.equal(['release_groups', 'save_policy', 'enable_policy']);
  });

  it('can be undone and done again: each time every Mac follows', async () => {
    for (let turn = 0; turn < 2; turn++) {
      await deploy(world, newer());
      await world.clock.advance(DAY);
      await takeOff();
      await world.clock.advance(DAY);
    }
    const kinds = world.simulator.runs
      .historyOf('lab-2')
      .map((one) => (one.startsWith('ran ') ? 'removed' : 'installed'));
    expect(kinds).to.deep.equal(['installed', 'removed', 'installed', 'removed']);
    expect(policies(world)).to.have.length(2);
  });

  it('of one group leaves the other groups alone, and gives it back to all of its Macs later', async () => {
    await deploy(world, newer({ scope: { include: [LAB, CANARY] } }));
    await world.clock.advance(DAY);
    await takeOff();
    await world.clock.advance(DAY);
    expect(groupsOf(world, policyNamed(world, NAME)!)).to.deep.equal([CANARY]);
    expect(world.simulator.runs.historyOf('canary-0')).to.have.length(1);
    await deploy(world, newer({ scope: { include: [LAB, CANARY] } }));
    await world.clock.advance(DAY);
    expect(world.simulator.runs.historyOf('lab-0').at(-1)).to.match(/\.pkg$/);
  });

  it('is an intent of its own too, and needs no package in Jamf', async () => {
    expect(await deploy(world, newer({ purpose: 'uninstall' }))).to.deep.equal(['save_policy', 'enable_policy']);
    expect(packages(world)).to.deep.equal([]);
    const { assignments } = await world.plane.queryState(world.ctx, { order: newer({ purpose: 'uninstall' }) });
    expect(assignments.map(({ version, target, purpose }) => ({ version, target, purpose }))).to.deep.equal([
      { version: '2.0.0', target: LAB, purpose: 'uninstall' },
    ]);
  });

  it('of another version runs the command of that version', async () => {
    const command = (version: string) => ({ ...newer().package, version, uninstallCommand: `remove ${version}` });
    await deploy(world, newer({ purpose: 'uninstall', package: command('1.0.0') }));
    await world.clock.advance(DAY);
    await deploy(world, newer({ purpose: 'uninstall', package: command('2.0.0') }));
    await world.clock.advance(DAY);
    expect(world.simulator.runs.historyOf('lab-0')).to.deep.equal(['ran remove 1.0.0', 'ran remove 2.0.0']);
  });

  const takeOff = () => world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
});
