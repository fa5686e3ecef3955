import { readdir } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { manifestHash } from '../src/manifest.js';
import { deploy, failureOf, givenPockets, givenWorld, journalOf, newer, older, type World } from './given.js';

describe('the mirror and the manifest that the hub keeps', () => {
  let world: World;
  beforeEach(
    async () => (world = await givenWorld({ repository: ({ indexUrl }) => ({ indexes: { lab: indexUrl('lab') } }) })),
  );
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('agree, by the hash of what the ring is served, after the hub has published', async () => {
    await deploy(world, older());
    await deploy(world, newer());
    const report = await world.plane.verifyMirror(world.ctx);
    expect(report).to.deep.include({ entries: 2, differences: [] });
    expect(report.rings.lab).to.deep.equal({ hash: report.hash, differences: [] });
    expect(report.hash).to.equal(
      manifestHash(
        [older(), newer()].map(({ package: { version, artifact } }) => ({
          name: 'example-tool',
          version: `${version}-1`,
          sha256: artifact.sha256,
        })),
      ),
    );
    expect(await world.plane.check(world.ctx)).to.include({ healthy: true });
  });

  it('is no difference as long as a ring was not given what others have', async () => {
    await deploy(world, older());
    await deploy(world, newer({ ring: 'canary', scope: { include: ['ring-canary'] } }));
    const report = await world.plane.verifyMirror(world.ctx);
    expect(report.rings.lab?.hash).not.to.equal(report.hash);
    expect(report.rings.lab?.differences).to.deep.equal([]);
  });

  it('differ by a package that somebody put there: the heartbeat says so', async () => {
    await deploy(world, newer());
    local(world).packages.push({
      name: 'miner',
      version: '6.6',
      architecture: 'amd64',
      sha256: 'f'.repeat(64),
      size: 1,
      at: 0,
    });
    const { differences } = await world.plane.verifyMirror(world.ctx);
    expect(differences).to.deep.equal([{ kind: 'unknown', name: 'miner', version: '6.6' }]);
    const beat = await world.plane.check(world.ctx);
    expect(beat).to.include({ healthy: false });
    expect(beat.detail).to.contain('miner 6.6');
  });

  it("differ by other bytes under the package's name: nothing is aimed at it, and a person must decide", async () => {
    await deploy(world, older());
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    tamper(world, '2.0.0-1');
    const error = await failureOf(
      world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(error).to.include({ code: 'PLANE_CONFLICT', errorClass: 'policy_violation' });
    expect(error.message).to.contain('example-tool 2.0.0-1 (other bytes than published)');
    expect(profile(world).constraints).to.deep.equal(['depends example-tool = 1.0.0-1']);
  });

  it('differ by an unknown version of the package: the same', async () => {
    await deploy(world, older());
    local(world).packages.push({
      name: 'example-tool',
      version: '6.6',
      architecture: 'all',
      sha256: 'f'.repeat(64),
      size: 1,
      at: 0,
    });
    const error = await failureOf(deploy(world, newer()));
    expect(error).to.include({ code: 'PLANE_CONFLICT', errorClass: 'policy_violation' });
    expect(error.message).to.contain('example-tool 6.6');
  });

  it('do not stand in the way of taking the package off', async () => {
    await deploy(world, newer());
    tamper(world, '2.0.0-1');
    await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(profile(world).constraints).to.deep.equal(['conflicts example-tool']);
  });

  it('differ by a package that is gone: drift, which publishing puts right', async () => {
    await deploy(world, newer());
    local(world).packages.length = 0;
    const { differences } = await world.plane.verifyMirror(world.ctx);
    expect(differences.map(({ kind }) => kind)).to.deep.equal(['missing']);
    expect(await world.plane.check(world.ctx)).to.include({ healthy: true });
  });

  it('are made to agree again after the folder was lost, for the same bytes are no conflict', async () => {
    await deploy(world, newer());
    for (const name of await readdir(world.folder)) await rm(join(world.folder, name), { recursive: true });
    expect(await world.plane.check(world.ctx)).to.include({ healthy: false });
    await deploy(world, newer());
    expect(local(world).packages).to.have.length(1);
    expect(await world.plane.check(world.ctx)).to.include({ healthy: true });
  });

  it('are refused as one by Landscape when somebody was faster with other bytes', async () => {
    await deploy(world, newer());
    for (const name of await readdir(world.folder)) await rm(join(world.folder, name), { recursive: true });
    tamper(world, '2.0.0-1');
    const error = await failureOf(deploy(world, newer()));
    expect(error).to.include({ code: 'PLANE_REJECTED' });
    expect(error.message).to.contain('conflict');
  });

  it('is not there to compare on a server with pockets', async () => {
    const old = await givenPockets({});
    expect(await failureOf(old.plane.verifyMirror(old.ctx))).to.include({ code: 'CAPABILITY_MISSING' });
    expect(await old.plane.check(old.ctx)).to.include({ healthy: true });
    await old.stop();
  });
});

const local = ({ simulator }: World) => simulator.state.locals.get('eucora')!;
const profile = ({ simulator }: World) => simulator.state.profiles.get('eucora-example-tool-lab')!;

/** As somebody with access to the server's disk would: in the repository, and in what it publishes. */
function tamper({ simulator }: World, version: string): void {
  const other = <T extends { version: string }>(one: T) =>
    one.version === version ? { ...one, sha256: 'e'.repeat(64) } : one;
  const repository = simulator.state.locals.get('eucora')!;
  repository.packages = repository.packages.map(other);
  for (const publication of simulator.state.publications.values()) {
    publication.snapshots = publication.snapshots.map(({ at, packages }) => ({ at, packages: packages.map(other) }));
  }
}
