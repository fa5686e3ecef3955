import { expect } from 'chai';
import { memoryJournal } from '@eucora/sdk/testing';
import type { SimProfile } from '../simulator/index.js';
import {
  ANNEX,
  assign,
  CANARY,
  collected,
  deploy,
  failureOf,
  givenWorld,
  journalOf,
  LAB,
  newer,
  older,
  publish,
  type World,
} from './given.js';

const LAB_PROFILE = 'eucora-example-tool-lab';

describe('aiming a package', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it("pins the version in one profile of the ring, with the order's tags and our mark", async () => {
    await deploy(world, newer());
    expect([...world.simulator.state.profiles.keys()]).to.deep.equal([LAB_PROFILE]);
    expect(lab(world)).to.deep.include({
      title: LAB_PROFILE,
      tags: [LAB],
      constraints: ['depends example-tool = 2.0.0-1'],
    });
    expect(lab(world).description).to.contain('[eucora intent=intent-1 ring=lab');
  });

  it('changes state by POST only, and what it asks by form', async () => {
    await deploy(world, newer());
    const legacy = world.simulator.requests.filter(({ path }) => path === '/api/');
    expect(legacy.length).to.be.greaterThan(3);
    expect(new Set(legacy.map(({ method }) => method))).to.deep.equal(new Set(['POST']));
  });

  it('goes to the next version by an edit, notes the new intent first, and keeps the profile', async () => {
    await deploy(world, older());
    const before = lab(world).id;
    const done = await deploy(world, newer());
    expect(done.map(({ kind }) => kind)).to.deep.equal(['import_package', 'publish_ring', 'note_order', 'pin_version']);
    expect(lab(world)).to.deep.include({ id: before, tags: [LAB], constraints: ['depends example-tool = 2.0.0-1'] });
    const [listed] = await collected(world.plane.listAssignments(world.ctx));
    expect(listed).to.deep.include({ version: '2.0.0', target: LAB, packageName: 'Example Tool' });
    expect(listed!.mark).to.include({ intentId: 'intent-1', ring: 'lab' });
  });

  it('goes back by an edit, and off the machines by a conflict', async () => {
    await deploy(world, older());
    await deploy(world, newer());
    const journal = journalOf(world);
    await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal });
    expect(lab(world).constraints).to.deep.equal(['depends example-tool = 1.0.0-1']);
    await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(lab(world).constraints).to.deep.equal(['conflicts example-tool']);
    const { assignments } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(assignments).to.deep.equal([
      { version: '2.0.0', target: LAB, mode: 'include', purpose: 'uninstall', ref: LAB_PROFILE },
    ]);
  });

  it('never carries another version to tags that the order does not name', async () => {
    await deploy(world, older({ scope: { include: [LAB, ANNEX] } }));
    const done = await deploy(world, newer());
    expect(done.map(({ kind }) => kind)).to.include('release_tags');
    expect(lab(world).tags).to.deep.equal([LAB]);
    const order = world.simulator.ledger.entries.map(({ kind }) => kind);
    expect(order.indexOf('profile_disassociated')).to.be.lessThan(order.indexOf('profile_changed'));
  });

  it("takes another ring's profile of the application off the order's tags", async () => {
    await deploy(world, newer({ ring: 'canary', intentId: 'intent-2', scope: { include: [CANARY, ANNEX] } }));
    const done = await deploy(world, newer({ scope: { include: [ANNEX] } }));
    expect(done.map(({ kind }) => kind)).to.deep.equal([
      'publish_ring',
      'release_tags',
      'create_profile',
      'associate_tags',
    ]);
    expect(world.simulator.state.profiles.get('eucora-example-tool-canary')?.tags).to.deep.equal([CANARY]);
  });

  it('keeps a tag that a person added, and shows it', async () => {
    await deploy(world, newer());
    lab(world).tags.push(ANNEX);
    expect(await deploy(world, newer())).to.deep.equal([]);
    const { assignments } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(assignments.map(({ target }) => target)).to.deep.equal([LAB, ANNEX]);
  });

  it('shows a version that a person pinned, and pins ours again', async () => {
    await deploy(world, newer());
    lab(world).constraints = ['depends example-tool = 1.5.0-1', 'depends python3'];
    const { assignments } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(assignments[0]).to.include({ version: 'unpinned' });
    const { done } = await world.plane.remediate(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['pin_version']);
    expect(lab(world).constraints).to.deep.equal(['depends example-tool = 2.0.0-1']);
  });

  it('is done when the answer to the creation was lost: a duplicate of our own is ours', async () => {
    await publish(world, newer());
    const journal = journalOf(world);
    world.simulator.faults.acceptThenDropConnection({ match: { path: '/api/', writes: true }, times: 1 });
    await failureOf(world.plane.createAssignment(world.ctx, { order: newer(), journal }));
    // The list is behind, so the creation is tried again and refused as a duplicate.
    const staleOnce = { kind: 'wrongSuccess', body: [], match: { path: '/api/', writes: false }, times: 1 } as const;
    world.simulator.faults.inject(staleOnce);
    await world.plane.createAssignment(world.ctx, { order: newer(), journal });
    expect(world.simulator.ledger.count('profile_created')).to.equal(1);
    expect(lab(world).tags).to.deep.equal([LAB]);
  });

  it('uses the access group that is configured', async () => {
    const other = await givenWorld({ settings: { accessGroup: 'server' } });
    await deploy(other, newer());
    expect(lab(other).accessGroup).to.equal('server');
    await deploy(other, older());
    const [put] = other.simulator.requests.filter(({ method }) => method === 'PUT');
    expect(put?.body, 'whole, for what is left out may be reset').to.include({
      access_group: 'server',
      all_computers: false,
    });
    await other.stop();
  });

  describe('refuses', () => {
    it("a profile of the same title that is somebody's own, and leaves it as it is", async () => {
      await deploy(world, newer());
      lab(world).description = 'pinned by the network team';
      const error = await failureOf(deploy(world, newer()));
      expect(error).to.include({ code: 'PLANE_CONFLICT' });
      expect(error.message).to.contain(`"${LAB_PROFILE}"`).and.to.contain('Example Tool@2.0.0/linux');
      expect(lab(world).description).to.equal('pinned by the network team');
    });

    it('a title that somebody took in the moment before', async () => {
      await publish(world, newer());
      const stranger: SimProfile = { ...blank(), name: LAB_PROFILE, title: LAB_PROFILE, description: 'mine' };
      world.simulator.state.profiles.set(LAB_PROFILE, stranger);
      world.simulator.faults.inject({
        kind: 'wrongSuccess',
        body: [],
        match: { path: '/api/', writes: false },
        times: 1,
      });
      const error = await failureOf(assign(world, newer()));
      expect(error).to.include({ code: 'PLANE_CONFLICT' });
      expect(error.message).to.contain(LAB_PROFILE);
      expect(stranger).to.deep.include({ description: 'mine', tags: [] });
    });

    it('a tag that no machine carries, for Landscape would make it', async () => {
      const error = await failureOf(deploy(world, newer({ scope: { include: ['ring-lba'] } })));
      expect(error).to.include({ code: 'PLANE_OBJECT_MISSING' });
      expect(error.message).to.contain('"ring-lba"');
      expect(lab(world).tags).to.deep.equal([]);
    });

    it('to change a profile that somebody aimed at all computers', async () => {
      await deploy(world, older());
      lab(world).allComputers = true;
      const error = await failureOf(deploy(world, newer()));
      expect(error).to.include({ code: 'PLANE_CONFLICT', errorClass: 'policy_violation' });
      expect(lab(world).constraints).to.deep.equal(['depends example-tool = 1.0.0-1']);
    });

    it('exclusions, offering, another platform and no .deb, before anything is asked of Landscape', async () => {
      const wrong = [
        newer({ scope: { include: [LAB], exclude: [CANARY] } }),
        newer({ purpose: 'available' }),
        newer({ package: { ...newer().package, platform: 'windows' } }),
        newer({ package: { ...newer().package, artifact: { ...newer().package.artifact, fileName: 'tool.exe' } } }),
      ];
      for (const order of wrong) {
        const error = await failureOf(world.plane.publishPackage(world.ctx, { order, journal: memoryJournal() }));
        expect(['INPUT_INVALID', 'PLATFORM_MISMATCH']).to.include(error.code);
      }
      expect(world.simulator.requests).to.deep.equal([]);
    });
  });
});

const lab = ({ simulator }: World): SimProfile => simulator.state.profiles.get(LAB_PROFILE)!;

function blank(): SimProfile {
  return {
    id: 99,
    name: '',
    title: '',
    description: '',
    accessGroup: 'global',
    allComputers: false,
    tags: [],
    constraints: ['depends something'],
    createdAt: 0,
    modifiedAt: 0,
    version: 1,
  };
}
