import { expect } from 'chai';
import {
  assign,
  assignmentsIn,
  deploy,
  failureOf,
  givenWorld,
  HOUR,
  jobsOf,
  LAB,
  newer,
  packagesIn,
  publish,
  remediate,
  tool,
  type World,
} from './given.js';

describe('bad input', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { repositoryTemplate: undefined } })));
  afterEach(() => world.stop());

  it('a token that AWX does not know', async () => {
    world.simulator.revokeToken();
    const refusal = await failureOf(publish(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(refusal.remedy).to.match(/token/);
    expect((await world.plane.check(world.ctx)).healthy).to.equal(false);
  });

  it('a token that is not where the configuration says', async () => {
    const ctx = { ...world.ctx, secrets: { resolve: () => Promise.reject(new Error('no such file')) } };
    const heartbeat = await world.plane.check(ctx);
    expect(heartbeat).to.include({ healthy: false });
  });

  it('a role that is missing', async () => {
    await publish(world, newer());
    world.simulator.faults.inject({
      kind: 'status',
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
      match: { path: /launch\/$/, writes: true },
    });
    const refusal = await failureOf(assign(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(refusal.remedy).to.match(/Execute on the templates/);
    expect(assignmentsIn(world)[0]?.launches).to.deep.equal([]);
    await assign(world, newer());
    expect(jobsOf(world), 'once the role is there').to.have.length(1);
  });

  it('a template or an inventory that is not there', async () => {
    const nowhere = await givenWorld({ settings: { installTemplate: 99 } });
    expect((await nowhere.plane.check(nowhere.ctx)).detail).to.match(/no job template 99/);
    await nowhere.stop();
    const lost = await givenWorld({ settings: { inventory: 98, repositoryTemplate: undefined } });
    const refusal = await failureOf(publish(lost, newer()));
    expect(refusal).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(refusal.message).to.match(/no inventory 98/);
    await lost.stop();
  });

  it('a group of the scope that somebody deleted: said before anything is touched, and what is held is still told', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    world.simulator.state.groups.delete(world.simulator.groupId(LAB));
    for (const work of [
      () => remediate(world, newer()),
      () => publish(world, newer()),
      () => world.plane.plan(world.ctx, { order: newer() }),
      () => world.plane.countScope(world.ctx, { order: newer() }),
    ]) {
      const refusal = await failureOf(work());
      expect(refusal).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
      expect(refusal.message).to.include('inventory 2 of AWX has no group tag_lab');
    }
    const { assignments } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(assignments).to.have.length(1);
  });

  it("a group of a person's that has the name of our record is never adopted and never touched", async () => {
    await deploy(world, newer());
    const { group } = assignmentsIn(world)[0]!;
    group.variables = '---\nowner: somebody';
    const before = structuredClone(group);
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.deep.equal([]);
    const refusal = await failureOf(remediate(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.include(group.name);
    expect(world.simulator.state.groups.get(group.id)).to.deep.equal(before);
  });

  it('a record that a person edited is put right, as another version is', async () => {
    await deploy(world, newer());
    const { group } = assignmentsIn(world)[0]!;
    group.variables = group.variables.replaceAll('2.0.0', '1.9.9');
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments[0]).to.include({
      version: '1.9.9',
    });
    await remediate(world, newer());
    expect(assignmentsIn(world).map(({ version, generation }) => `${version} ${generation}`)).to.deep.equal([
      '2.0.0 2',
    ]);
  });

  it('a record that a person copied under another name counts for nothing', async () => {
    await deploy(world, newer());
    const { group } = assignmentsIn(world)[0]!;
    world.simulator.state.groups.set(9_999, { ...group, id: 9_999, name: `${group.name}_copy` });
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.have.length(1);
    await world.clock.advance(HOUR);
    expect(await remediate(world, newer())).to.deep.equal([]);
    expect(world.simulator.state.groups.has(9_999)).to.equal(true);
  });

  it('a name that was taken between our look and our write', async () => {
    world.simulator.faults.inject({
      kind: 'status',
      status: 400,
      body: { __all__: ['Group with this Name and Inventory already exists.'] },
      match: { path: /groups\/$/, writes: true },
    });
    const refusal = await failureOf(publish(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(refusal.message).to.match(/already exists/);
    await publish(world, newer());
    expect(packagesIn(world)).to.have.length(1);
  });

  it('other content under the same version', async () => {
    await publish(world, newer());
    const other = newer({
      package: { ...tool('2.0.0'), artifact: { ...newer().package.artifact, sha256: 'f'.repeat(64) } },
    });
    const refusal = await failureOf(publish(world, other));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.remedy).to.match(/new version/);
  });

  it('a package of another platform, or one that no package manager knows', async () => {
    const windows = newer({ package: { ...tool('2.0.0'), platform: 'windows' } });
    expect(await failureOf(publish(world, windows))).to.include({ code: 'PLATFORM_MISMATCH' });
    const file = newer({ package: { ...tool('2.0.0'), detection: [{ kind: 'file', path: '/opt', fileName: 'x' }] } });
    expect((await failureOf(publish(world, file))).remedy).to.match(/kind package/);
    expect(world.simulator.writes).to.equal(0);
  });

  it('a project without an organisation, whose jobs can have no labels', async () => {
    const homeless = await givenWorld({
      installTemplate: { organization: null },
      settings: { repositoryTemplate: undefined },
    });
    await publish(homeless, newer());
    const refusal = await failureOf(assign(homeless, newer()));
    expect(refusal).to.include({ code: 'CONFIG_INVALID' });
    expect(refusal.remedy).to.match(/labels to false/);
    await homeless.stop();
  });
});
