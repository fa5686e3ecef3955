import { expect } from 'chai';
import { virtualClock, type MovableClock } from '@eucora/sdk/testing';
import { makeDeb, rollout, startLandscapeSimulator, type LandscapeSimulator } from '../simulator/index.js';
import { asking, type Asker } from './asking.js';
import { contract, FLEET, LAB } from './given.js';

const HOUR = 3_600_000;

/** The nine points of the facts file, section 4: what a stand-in for Landscape must do to be honest. */
describe('the simulator of Landscape', () => {
  let clock: MovableClock;
  let simulator: LandscapeSimulator;
  let ask: Asker;
  beforeEach(async () => {
    clock = virtualClock({ autoAdvance: true });
    simulator = await startLandscapeSimulator({ clock, fleet: FLEET });
    ask = await asking(simulator);
  });
  afterEach(() => simulator.close());

  describe('3. makes activities, which machines carry out at their exchange', () => {
    it('a group with a child for each machine, delivered and then done with code 1', async () => {
      await pinned();
      await clock.advance(1);
      const [group] = await activities('type:ActivityGroup');
      const children = await activities(`parent-id:${String(group!.id)}`);
      expect(children.map(({ computer_id: id }) => id)).to.deep.equal([1, 2, 3, 4, 5]);
      expect(new Set(children.map(({ activity_status: status }) => status))).to.deep.equal(new Set(['delivered']));
      await clock.advance(HOUR);
      const done = await activities('status:succeeded');
      expect(new Set(done.map(({ result_code: code }) => code))).to.deep.equal(new Set([1]));
      expect(await activities('computer:id:3 type:ChangePackageProfilesRequest')).to.have.length(1);
      expect((await ask.rest('GET', '/api/v2/activities?query=status:nosuch')).body).to.include({
        error: 'InvalidQueryError',
      });
    });

    it('some wait for approval, some never end', async () => {
      simulator.state.unapproved.add('1');
      simulator.state.stuck.add('2');
      await pinned();
      await clock.advance(HOUR);
      const byMachine = async () =>
        Object.fromEntries(
          (await activities('type:ChangePackageProfilesRequest')).map((one) => [one.computer_id, one.activity_status]),
        );
      expect(await byMachine()).to.include({ 1: 'unapproved', 2: 'delivered', 3: 'succeeded' });
      await ask.legacy('ApproveActivities', { query: 'status:unapproved' });
      expect(await byMachine()).to.include({ 1: 'succeeded' });
    });
  });

  it('4. numbers packages by name and version, and otherwise on each server', async () => {
    await pinned();
    await clock.advance(HOUR);
    const idOf = async () => ((await ask.rest('GET', '/api/v2/packages?names.1=tool')).body as Page).results[0]?.id;
    const here = await idOf();
    expect(here).to.be.a('number');
    await simulator.close();
    simulator = await startLandscapeSimulator({ clock, fleet: { ...FLEET, seed: 8 } });
    ask = await asking(simulator);
    await pinned();
    await clock.advance(HOUR);
    expect(await idOf()).not.to.equal(here);
  });

  it('5. and 7. installs by name only, and makes another group for each call', async () => {
    await pinned();
    const install = { query: `tag:${LAB}`, 'packages.1': 'tool' };
    const first = (await ask.legacy('InstallPackages', install)).body as { id: number };
    const second = (await ask.legacy('InstallPackages', install)).body as { id: number };
    expect(second.id).not.to.equal(first.id);
    expect(first).to.include({ activity_status: 'undelivered', type: 'ActivityGroup' });
    if (contract) {
      const form = new URLSearchParams({
        action: 'InstallPackages',
        version: '2011-08-01',
        ...install,
        package_version: '1.0',
      });
      const request = { method: 'POST', path: '/api/', query: {}, headers: {}, body: undefined, form };
      expect(contract(request)).to.deep.equal(['InstallPackages: the contract has no package_version']);
    }
  });

  it('6. tells compliance from what machines reported, which is late', async () => {
    await simulator.close();
    simulator = await startLandscapeSimulator({ clock, fleet: { ...FLEET, lagMs: HOUR } });
    ask = await asking(simulator);
    await pinned();
    const compliance = async () => {
      const [profile] = (await ask.legacy('GetPackageProfiles', { 'names.1': 'pin' })).body as {
        computers: Record<string, number[]>;
      }[];
      return [profile!.computers.constrained!.length, profile!.computers['non-compliant']!.length];
    };
    await clock.advance(HOUR / 2);
    expect(simulator.fleet.statusOf('1', 'pin#1')).to.equal('installed');
    expect(await compliance()).to.deep.equal([5, 5]);
    await clock.advance(HOUR);
    expect(await compliance()).to.deep.equal([5, 0]);
  });

  it('6. leaves machines non-compliant that cannot find the version, until it is published', async () => {
    await ask.legacy('CreatePackageProfile', { title: 'pin', description: 'x', 'constraints.1': 'depends tool = 1' });
    await ask.legacy('AssociatePackageProfile', { name: 'pin', 'tags.1': LAB });
    await clock.advance(12 * HOUR);
    expect(await activities('type:ChangePackageProfilesRequest')).to.deep.equal([]);
    serve('tool', '1');
    await ask.rest('GET', '/api/v2/activities');
    await clock.advance(HOUR);
    expect(await activities('status:succeeded')).to.have.length(5);
  });

  describe('8. complains as Landscape does', () => {
    it('in two keys, or for several complaints in a list', async () => {
      expect((await ask.legacy('EditPackageProfile', { name: 'nobody' })).body).to.have.keys(['error', 'message']);
      const several = await ask.legacy('InstallPackages', { query: 'tag:nobody', 'packages.1': 'nothing' });
      expect(several.status).to.equal(400);
      expect(several.body).to.include({ error: 'MultiError' });
      expect((several.body as { errors: { error: string }[] }).errors.map(({ error }) => error)).to.deep.equal([
        'UnknownPackages',
        'UnknownComputers',
      ]);
      expect((await ask.legacy('RemovePackages', { query: `tag:${LAB}`, 'packages.1': 'nothing' })).body).to.include({
        error: 'UnknownPackages',
      });
    });

    it('in plain text where an activity cannot be canceled', async () => {
      const { status, body } = await ask.legacy('CancelActivities', { query: 'id:86' });
      expect(status).to.equal(400);
      expect(body).to.equal('86 => cannot be canceled ');
      await pinned();
      const { id } = (await ask.legacy('InstallPackages', { query: `tag:${LAB}`, 'packages.1': 'tool' })).body as {
        id: number;
      };
      expect((await ask.legacy('CancelActivities', { query: `id:${id}` })).body).to.deep.equal([id]);
    });

    it('about profiles: duplicate, empty, malformed', async () => {
      const create = (title: string, constraint?: string) =>
        ask.legacy('CreatePackageProfile', {
          title,
          description: 'x',
          ...(constraint && { 'constraints.1': constraint }),
        });
      await create('Pin', 'depends tool = 1');
      const codes = [
        await create('Pin', 'depends tool = 2'),
        await create('Other'),
        await create('Other', 'wants tool'),
        await create('Other', 'depends tool = '),
        await create('***', 'depends tool'),
        await ask.legacy('EditPackageProfile', { name: 'pin', 'remove_constraints.1': 'depends tool = 1' }),
      ].map(({ body }) => (body as { error: string }).error);
      expect(codes).to.deep.equal([
        'DuplicatePackageProfile',
        'EmptyPackageProfile',
        'InvalidConstraintType',
        'InvalidPackageConstraint',
        'InvalidPackageProfileName',
        'EmptyPackageProfile',
      ]);
      await ask.legacy('RemovePackageProfile', { name: 'pin' });
      expect(simulator.state.profiles.size).to.equal(0);
    });

    it('as google.rpc.Status about the archive', async () => {
      const missing = await ask.rest('GET', '/debarchive/v1beta1/locals/none');
      expect(missing).to.deep.include({ status: 404 });
      expect(missing.body).to.include({ code: 5 });
      const local = { displayName: 'x', defaultDistribution: 'noble', defaultComponent: 'main' };
      await ask.rest('POST', '/debarchive/v1beta1/locals?localId=x', local);
      expect((await ask.rest('POST', '/debarchive/v1beta1/locals?localId=x', local)).body).to.include({ code: 6 });
      const bringIn = (url: string) =>
        ask.rest('POST', '/debarchive/v1beta1/locals/x:importPackages', { name: 'locals/x', url });
      expect((await bringIn('file:///etc/passwd')).body).to.include({ code: 3 });
      const { name } = (await bringIn('http://127.0.0.1:1/tool.deb')).body as { name: string };
      expect((await bringIn('http://127.0.0.1:1/tool.deb')).body, 'one at a time').to.include({ code: 9 });
      await clock.advance(HOUR);
      const { error } = (await ask.rest('GET', `/debarchive/v1beta1/${name}`)).body as { error: { code: number } };
      expect(error.code).to.equal(14);
      expect(
        (await ask.rest('POST', '/debarchive/v1beta1/locals/y:importPackages', { name: 'y', url: 'http://x' })).status,
      ).to.equal(404);
      expect((await ask.rest('POST', '/debarchive/v1beta1/publications/y:publish', { name: 'y' })).status).to.equal(
        404,
      );
      expect(
        (await ask.rest('POST', '/debarchive/v1beta1/publications/publication-lab:publish', { name: 'y' })).body,
      ).to.include({ code: 9 });
    });
  });

  it('9. puts a repository profile into the global access group when a PUT does not name one', async () => {
    const blank = { title: 'r', description: '', tags: [] };
    simulator.state.repositoryProfiles.set('r', { name: 'r', accessGroup: 'server', ...blank });
    await ask.rest('PUT', '/api/v2/repositoryprofiles/r', { title: 'r', access_group: 'server' });
    expect(simulator.state.repositoryProfiles.get('r')).to.include({ accessGroup: 'server' });
    await ask.rest('PUT', '/api/v2/repositoryprofiles/r', { title: 'r' });
    expect(simulator.state.repositoryProfiles.get('r')).to.include({ accessGroup: 'global' });
    expect((await ask.rest('PUT', '/api/v2/repositoryprofiles/none', {})).status).to.equal(404);
    expect((await ask.rest('PUT', '/api/v2/packageprofiles/none', {})).status).to.equal(404);
  });

  it('serves the index of a publication once it has been published', async () => {
    expect((await ask.rest('GET', '/repository/publication-lab/Packages')).status).to.equal(404);
    serve('tool', '1');
    expect((await ask.rest('GET', '/repository/publication-lab/Packages')).body).to.contain(
      'Package: tool\nVersion: 1\n',
    );
  });

  it('understands words, ids, tags and OR for machines, and nothing else', async () => {
    const idsOf = async (query: string) => {
      const { body } = await ask.rest('GET', `/api/v2/computers?query=${encodeURIComponent(query)}`);
      return (body as Page).results.map(({ id }) => id);
    };
    expect(await idsOf('tag:lab-annex OR id:11')).to.deep.equal([5, 11]);
    expect(await idsOf('machine-12')).to.deep.equal([12]);
    expect((await ask.rest('GET', '/api/v2/computers?query=colour:red')).body).to.include({
      error: 'InvalidQueryError',
    });
  });

  it('deals machines out to one tag a ring', () => {
    const { devices, groups } = rollout(115);
    expect(groups).to.deep.equal({ lab: 'ring-lab', canary: 'ring-canary', pilot: 'ring-pilot' });
    expect(devices.filter(({ groups: [tag] }) => tag === 'ring-lab')).to.have.length(10);
    expect(rollout(3).groups).to.deep.equal({ lab: 'ring-lab' });
  });

  it('makes the same package of the same description', () => {
    expect(makeDeb({ name: 'a', version: '1' })).to.deep.equal(makeDeb({ name: 'a', version: '1' }));
  });

  interface Page {
    readonly results: readonly { readonly id: number }[];
  }

  function serve(name: string, version: string): void {
    const at = clock.now().getTime();
    const packages = [{ name, version, architecture: 'all', sha256: '0'.repeat(64), size: 1, at }];
    simulator.state.publications.get('publication-lab')!.snapshots.push({ at, packages });
  }

  async function pinned(): Promise<void> {
    serve('tool', '1');
    await ask.legacy('CreatePackageProfile', { title: 'pin', description: 'x', 'constraints.1': 'depends tool = 1' });
    await ask.legacy('AssociatePackageProfile', { name: 'pin', 'tags.1': LAB });
  }

  async function activities(query: string): Promise<readonly Record<string, unknown>[]> {
    const { body } = await ask.rest('GET', `/api/v2/activities?query=${encodeURIComponent(query)}`);
    return (body as { results: Record<string, unknown>[] }).results;
  }
});
