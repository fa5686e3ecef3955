import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { memoryArtifacts } from '@eucora/sdk/testing';
import { makeDeb } from '../simulator/index.js';
import {
  assign,
  CANARY,
  debFor,
  deploy,
  failureOf,
  givenLinuxPackage,
  givenWorld,
  journalOf,
  newer,
  older,
  publish,
  type World,
} from './given.js';

const SHA256 = newer().package.artifact.sha256;

describe('publishing to the package archive', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it("has Landscape fetch the very artifact, and publish it to the ring's publication alone", async () => {
    const done = await publish(world, newer());
    expect(done.map(({ kind }) => kind)).to.deep.equal(['create_local', 'import_package', 'publish_ring']);
    expect(world.web.asked).to.deep.equal([`/${SHA256}/example-tool_2.0.0-1_all.deb`]);
    expect(local(world)?.packages).to.have.length(1);
    expect(local(world)?.packages[0]).to.include({ name: 'example-tool', version: '2.0.0-1', sha256: SHA256 });
    expect(
      world.simulator.ledger.entries.filter(({ kind }) => kind === 'published').map(({ object }) => object),
    ).to.deep.equal(['publication-lab']);
  });

  it('serves the artifact whole, readable, and with its entry of the manifest beside it', async () => {
    await publish(world, newer());
    const folder = join(world.folder, SHA256);
    expect((await readdir(folder)).sort()).to.deep.equal(['entry.json', 'example-tool_2.0.0-1_all.deb']);
    expect(await readFile(join(folder, 'example-tool_2.0.0-1_all.deb'))).to.deep.equal(debFor('2.0.0'));
    const entry = JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')) as Record<string, string>;
    expect(entry).to.include({
      name: 'example-tool',
      version: '2.0.0-1',
      sha256: SHA256,
      package: 'Example Tool@2.0.0/linux',
    });
    expect(Date.parse(entry.importedAt!)).to.be.greaterThan(0);
  });

  it('imports once for two rings, and opens the second by another snapshot', async () => {
    await publish(world, newer());
    const second = await publish(world, newer({ ring: 'canary', intentId: 'intent-2', scope: { include: [CANARY] } }));
    expect(second.map(({ kind, params }) => [kind, params.publication])).to.deep.equal([
      ['publish_ring', 'publication-canary'],
    ]);
  });

  it('does not open a ring by what another ring publishes later', async () => {
    await publish(world, older());
    await publish(world, newer({ ring: 'canary', scope: { include: [CANARY] } }));
    const { packages } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(Object.fromEntries(packages.map(({ version, ready }) => [version, ready]))).to.deep.equal({
      '1.0.0': true,
      '2.0.0': false,
    });
  });

  it('finds nothing left to do however often others import and publish', async () => {
    await deploy(world, newer());
    await deploy(world, older({ ring: 'canary', scope: { include: [CANARY] } }));
    await world.clock.advance(3_600_000);
    expect(await deploy(world, newer())).to.deep.equal([]);
  });

  it('waits for an import whose answer was lost, rather than asking again', async () => {
    world.simulator.faults.acceptThenDropConnection({ match: { method: 'POST', path: /importPackages$/ }, times: 1 });
    const journal = journalOf(world);
    const request = { order: newer(), journal };
    expect(await failureOf(world.plane.publishPackage(world.ctx, request))).to.include({ errorClass: 'transient' });
    await world.plane.publishPackage(world.ctx, request);
    expect(world.simulator.ledger.count('package_imported')).to.equal(1);
  });

  it('brings a package in again that somebody took out', async () => {
    await deploy(world, newer());
    local(world)!.packages.length = 0;
    const { done } = await world.plane.remediate(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['import_package', 'publish_ring']);
  });

  it('writes the artifact anew when somebody changed the served file', async () => {
    await publish(world, newer());
    const path = join(world.folder, SHA256, 'example-tool_2.0.0-1_all.deb');
    await writeFile(path, 'not a package any more');
    local(world)!.packages.length = 0;
    await publish(world, newer());
    expect(await readFile(path)).to.deep.equal(debFor('2.0.0'));
    expect(local(world)?.packages[0]).to.include({ sha256: SHA256 });
  });

  it('announces the same to a plan, writing neither to Landscape nor to the folder', async () => {
    const planned = await world.plane.plan({ ...world.ctx, readOnly: true }, { order: newer() });
    expect(planned.map(({ kind }) => kind)).to.include.members(['import_package', 'associate_tags']);
    expect(await readdir(world.folder)).to.deep.equal([]);
    expect(world.simulator.writes).to.equal(0);
  });

  describe('of what is wrong', () => {
    it('refuses an artifact that is no Debian package, before Landscape hears of it', async () => {
      const bytes = Buffer.from('#!/bin/sh\necho not a package\n');
      const error = await publishing(bytes);
      expect(error).to.include({ code: 'INPUT_INVALID' });
      expect(error.message).to.match(/example-tool_2\.0\.0-1_all\.deb is not a Debian package/);
      expect(world.simulator.ledger.count('package_imported')).to.equal(0);
    });

    it('refuses an ar archive of something else, and a torn one', async () => {
      for (const bytes of [Buffer.from('!<arch>\n'), debFor('2.0.0').subarray(0, 90), withControl('not gzip')]) {
        expect(await publishing(bytes)).to.include({ code: 'INPUT_INVALID' });
      }
    });

    it('refuses a package that says it is another one', async () => {
      const error = await publishing(makeDeb({ name: 'other-tool', version: '9' }));
      expect(error).to.include({ code: 'INPUT_INVALID' });
      expect(error.message).to.contain('other-tool 9').and.to.contain('example-tool 2.0.0-1');
    });

    it('refuses bytes that are not the announced ones, and leaves nothing half written', async () => {
      const artifacts = memoryArtifacts();
      const lying = { ...artifacts, open: async () => artifacts.open(artifacts.add(debFor('1.0.0')).sha256) };
      const ctx = { ...world.ctx, artifacts: lying };
      const error = await failureOf(world.plane.publishPackage(ctx, { order: newer(), journal: journalOf(world) }));
      expect(error).to.include({ code: 'ARTIFACT_MISMATCH' });
      expect(await readdir(join(world.folder, SHA256))).to.deep.equal([]);
    });

    it('tells when Landscape does not reach the web server, and may try again', async () => {
      await world.web.close();
      const error = await failureOf(publish(world, newer()));
      expect(error).to.include({ code: 'PLANE_ERROR', errorClass: 'transient' });
      expect(error.remedy).to.contain('artifactBaseUrl');
    });

    it("does not take somebody's own repository", async () => {
      await publish(world, newer());
      local(world)!.comment = 'the network team';
      const error = await failureOf(publish(world, newer()));
      expect(error).to.include({ code: 'PLANE_CONFLICT' });
      expect(error.message).to.contain('local repository "eucora"');
    });

    it('tells of a publication that is gone, or publishes something else', async () => {
      world.simulator.state.publications.get('publication-lab')!.source = 'mirrors/noble';
      expect(await failureOf(publish(world, newer()))).to.include({ code: 'PLANE_CONFLICT' });
      world.simulator.state.publications.delete('publication-lab');
      const error = await failureOf(publish(world, newer()));
      expect(error).to.include({ code: 'PLANE_OBJECT_MISSING' });
      expect(error.remedy).to.contain('locals/eucora');
    });

    it('refuses a folder that it cannot use', async () => {
      const blocked = await givenWorld({ repository: () => ({ artifactFolder: '/dev/null/artifacts' }) });
      expect(await failureOf(publish(blocked, newer()))).to.include({ code: 'CONFIG_INVALID' });
      await blocked.stop();
    });

    it('takes a broken entry of the manifest for what it is: somebody changed it', async () => {
      const folder = join(world.folder, '0'.repeat(64));
      await mkdir(folder);
      await writeFile(join(folder, 'entry.json'), '{ "name": "half');
      const error = await failureOf(publish(world, newer()));
      expect(error).to.include({ code: 'PLANE_CONFLICT', errorClass: 'policy_violation' });
    });

    it('does not aim at what was not published', async () => {
      const error = await failureOf(assign(world, newer()));
      expect(error).to.include({ code: 'PLANE_NOT_CONVERGING' });
      expect(world.simulator.state.profiles.size).to.equal(0);
    });
  });

  async function publishing(bytes: Buffer) {
    const artifacts = memoryArtifacts();
    const { sha256, size } = artifacts.add(bytes);
    const artifact = { ...givenLinuxPackage().artifact, sha256, size };
    const order = newer({ package: givenLinuxPackage('2.0.0', { artifact }) });
    return failureOf(world.plane.publishPackage({ ...world.ctx, artifacts }, { order, journal: journalOf(world) }));
  }
});

describe('the packages of the simulator', () => {
  it('are Debian packages to dpkg too, where it is there', async function () {
    const dpkg = '/usr/bin/dpkg-deb';
    if (!existsSync(dpkg)) {
      console.warn('\n  ATTENTION: no dpkg-deb here; the packages that tests make are NOT checked by it\n');
      return;
    }
    const world = await givenWorld();
    const file = join(world.folder, 'tool.deb');
    await writeFile(file, debFor('2.0.0'));
    await chmod(file, 0o644);
    expect(execFileSync(dpkg, ['--field', file, 'Package', 'Version']).toString()).to.equal(
      'Package: example-tool\nVersion: 2.0.0-1\n',
    );
    expect(execFileSync(dpkg, ['--contents', file]).toString()).to.contain('./usr/bin/example-tool');
    await world.stop();
  });
});

const local = ({ simulator }: World) => simulator.state.locals.get('eucora');

/** A package whose control archive is not what its name says. */
function withControl(text: string): Buffer {
  const member = (name: string, bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(`${name.padEnd(16)}${'0'.padEnd(32)}${String(bytes.length).padEnd(10)}\`\n`),
      bytes,
      Buffer.alloc(bytes.length % 2),
    ]);
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar.gz', Buffer.from(text)),
  ]);
}
