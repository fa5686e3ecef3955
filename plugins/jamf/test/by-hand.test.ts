import { expect } from 'chai';
import { eventually } from '@eucora/sdk/testing';
import { latest, put, type SimPolicy } from '../simulator/index.js';
import {
  CANARY,
  collected,
  deploy,
  failureOf,
  givenWorld,
  journalOf,
  LAB,
  newer,
  older,
  packages,
  policies,
  policyNamed,
  writesOf,
  type World,
} from './given.js';

const DAY = 86_400_000;
const NAME = 'EUCORA/Example Tool/lab';

describe('what a person did to a policy', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
    await deploy(world, older());
    await world.clock.advance(DAY);
    await deploy(world, newer());
    await world.clock.advance(DAY);
  });
  afterEach(() => world.stop());

  it('is seen and put right: another package', async () => {
    const [one] = packages(world);
    await edit((policy) => ({ ...policy, packages: [{ id: one!.id, action: 'Install' }] }));
    expect((await held()).map(({ version }) => version)).to.deep.equal(['1.0.0']);
    expect(await remediate()).to.deep.equal(['save_policy', 'restart_policy']);
    expect((await held()).map(({ version }) => version)).to.deep.equal(['2.0.0']);
  });

  it('is seen and put right: a package of somebody else', async () => {
    const fields = { packageName: 'Firefox', fileName: 'Firefox.pkg', notes: '' };
    put(world.simulator.state.packages, '77', { id: '77', fields }, -Infinity, 'node-a');
    await edit((policy) => ({ ...policy, packages: [...policy.packages, { id: '77', action: 'Install' }] }));
    expect((await held()).map(({ version }) => version)).to.have.members(['2.0.0', 'Firefox']);
    await remediate();
    expect((await held()).map(({ version }) => version)).to.deep.equal(['2.0.0']);
  });

  it('is seen and put right: everybody, or not our groups; a group beside ours is for a person to judge', async () => {
    const canary = latest(world.simulator.state.groups).find(({ name }) => name === CANARY)!.id;
    await edit((policy) => ({ ...policy, scope: { ...policy.scope, include: [canary], allComputers: true } }));
    expect((await held()).map(({ target }) => target)).to.deep.equal([CANARY, 'all computers']);
    expect(await remediate()).to.deep.equal(['save_policy']);
    expect((await held()).map(({ target }) => target)).to.have.members([LAB, CANARY]);
  });

  it('is seen and put right: switched off, without installing everything again', async () => {
    await edit((policy) => ({ ...policy, general: { ...policy.general, enabled: 'false' } }));
    expect(await held()).to.deep.equal([]);
    expect(await remediate()).to.deep.equal(['enable_policy']);
    await world.clock.advance(DAY);
    expect(world.simulator.runs.historyOf('lab-0')).to.have.length(2);
  });

  it('is seen and put right: another frequency', async () => {
    await edit((policy) => ({ ...policy, general: { ...policy.general, frequency: 'Ongoing' } }));
    expect(await remediate()).to.deep.equal(['save_policy', 'restart_policy']);
  });

  it('is left alone where it is none of our business', async () => {
    await edit((policy) => ({
      ...policy,
      interaction: { ...policy.interaction, message_start: 'Please wait' },
      general: { ...policy.general, network_requirements: 'Ethernet' },
    }));
    expect(await remediate()).to.deep.equal([]);
    await deploy(world, older());
    const { interaction, general } = policyNamed(world, NAME)!;
    expect(interaction.message_start).to.equal('Please wait');
    expect(general.network_requirements).to.equal('Ethernet');
  });

  it('makes it no longer ours when the mark is gone', async () => {
    await edit((policy) => ({
      ...policy,
      selfService: { ...policy.selfService, self_service_description: 'Mine now.' },
    }));
    const before = world.simulator.writes;
    const refusal = await failureOf(remediate());
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include(NAME).and.to.include('id 1');
    expect(world.simulator.writes).to.equal(before);
    expect(await collected(world.plane.listAssignments(world.ctx))).to.deep.equal([]);
  });

  function edit(change: (policy: SimPolicy) => SimPolicy) {
    const policy = policyNamed(world, NAME)!;
    const changed = change(policy);
    put(world.simulator.state.policies, policy.id, changed, world.clock.now().getTime(), 'node-a');
    world.simulator.runs.follow(policy.id, changed);
    return world.clock.advance(60_000);
  }
  const held = async () => (await world.plane.queryState(world.ctx, { order: newer() })).assignments;
  const remediate = async () =>
    (await world.plane.remediate(world.ctx, { order: newer(), journal: journalOf(world) })).done.map(
      ({ kind }) => kind,
    );
});

describe('names that are taken, and things that are gone', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  it('a policy of a person under our name is named, and not touched', async () => {
    addPolicy(NAME);
    const refusal = await failureOf(deploy(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT' });
    expect(refusal.message).to.include(NAME);
    expect(policyNamed(world, NAME)!.packages).to.deep.equal([]);
  });

  it('so is one that differs in capitals, which Jamf refuses as a duplicate', async () => {
    addPolicy('eucora/example tool/LAB');
    const refusal = await failureOf(deploy(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include('eucora/example tool/LAB');
    expect(policies(world)).to.have.length(1);
  });

  it('a policy of a person in another ring is nobody to us', async () => {
    addPolicy('EUCORA/Example Tool/canary');
    await deploy(world, newer());
    expect(policyNamed(world, NAME)!.general.enabled).to.equal('true');
  });

  it('a group that nobody knows is named before anything is aimed', async () => {
    const refusal = await failureOf(deploy(world, newer({ scope: { include: [LAB, 'Gone Macs'] } })));
    expect(refusal).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(refusal.message).to.include('"Gone Macs"');
    expect(policies(world)).to.deep.equal([]);
    expect(
      await failureOf(world.plane.countScope(world.ctx, { order: newer({ scope: { include: ['Gone Macs'] } }) })),
    ).to.include({
      code: 'PLANE_OBJECT_MISSING',
    });
  });

  it('a group that was deleted takes its assignment with it, and cannot be aimed at again', async () => {
    await deploy(world, newer());
    const group = latest(world.simulator.state.groups).find(({ name }) => name === LAB)!;
    put(world.simulator.state.groups, group.id, undefined, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(120_000);
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.deep.equal([]);
    expect(await failureOf(deploy(world, newer()))).to.include({ code: 'PLANE_OBJECT_MISSING' });
  });

  it('a group that is deleted between looking and writing is a 500 there, and a clear word here', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    const group = latest(world.simulator.state.groups).find(({ name }) => name === LAB)!;
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      match: { path: '/api/v1/computer-groups' },
      body: [{ id: '999', name: LAB, smartGroup: false }],
    });
    const journal = journalOf(world);
    expect(await failureOf(world.plane.createAssignment(world.ctx, { order: newer(), journal }))).to.include({
      code: 'PLANE_ERROR',
      errorClass: 'transient',
    });
    put(world.simulator.state.groups, group.id, undefined, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(120_000);
    expect(await failureOf(world.plane.createAssignment(world.ctx, { order: newer(), journal }))).to.include({
      code: 'PLANE_OBJECT_MISSING',
    });
  });

  it('a scope that contradicts itself is refused before Jamf is asked', async () => {
    const order = newer({ scope: { include: [LAB], exclude: [LAB] } });
    expect(await failureOf(deploy(world, order))).to.include({ code: 'INPUT_INVALID' });
    expect(writesOf(world)).to.deep.equal([]);
  });

  it('a package that was deleted is brought again, and the policy points there', async () => {
    await deploy(world, newer());
    const [gone] = packages(world);
    put(world.simulator.state.packages, gone!.id, undefined, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(120_000);
    expect(await deploy(world, newer())).to.deep.equal([
      'create_package',
      'upload_package',
      'confirm_package',
      'save_policy',
      'restart_policy',
    ]);
  });

  it('a policy is not aimed at a package that is not ready', async () => {
    const refusal = await failureOf(
      world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_NOT_CONVERGING', errorClass: 'transient' });
    expect(writesOf(world)).to.deep.equal([]);
  });

  function addPolicy(name: string) {
    const policy = {
      id: '50',
      general: { name, enabled: 'true', trigger_checkin: 'true', frequency: 'Ongoing' },
      scope: { allComputers: false, computers: [], include: [], exclude: [] },
      selfService: { self_service_description: 'Of Anna.' },
      packages: [],
      files: {},
      maintenance: {},
      interaction: {},
    };
    put(world.simulator.state.policies, '50', policy, -Infinity, 'node-a');
  }
});

describe('what Jamf takes and does not keep', () => {
  it('is found out by reading back, and said with its name', async () => {
    const world = await givenWorld();
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      status: 201,
      body: {},
      match: { method: 'POST', path: /policies/ },
    });
    const refusal = await failureOf(
      world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_ANSWER_INVALID', errorClass: 'transient' });
    expect(refusal.details.outcome).to.equal('unknown');

    await eventually(
      () => deploy(world, newer()),
      (ms) => world.clock.advance(ms),
    );
    const [policy] = policies(world);
    world.simulator.onAccepted(({ method, path }) => {
      if (method !== 'PUT' || !path.includes('policies')) return;
      const now = latest(world.simulator.state.policies)[0]!;
      const dropped = { ...now, general: { ...now.general, frequency: 'Once every week' } };
      put(world.simulator.state.policies, now.id, dropped, world.clock.now().getTime(), 'node-a');
    });
    expect(policy!.general.frequency).to.equal('Once per computer');
    const lost = await failureOf(deploy(world, older()));
    expect(lost).to.include({ code: 'PLANE_NOT_CONVERGING', errorClass: 'transient' });
    expect(lost.message).to.include('policy/general/frequency');
    await world.stop();
  });
});
