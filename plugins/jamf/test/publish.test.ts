import { expect } from 'chai';
import { eventually, memoryArtifacts, memoryJournal } from '@eucora/sdk/testing';
import { put } from '../simulator/index.js';
import {
  CANARY,
  deploy,
  failureOf,
  givenWorld,
  journalOf,
  newer,
  packages,
  policies,
  writesOf,
  givenMacPackage,
  type World,
} from './given.js';

describe('publishing to Jamf Pro', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('brings the very artifact there, under a name of its own, and touches no policy', async () => {
    await publish();
    const [made, ...more] = packages(world);
    expect(more).to.deep.equal([]);
    expect(made!.fields.packageName).to.equal('EUCORA Example Tool 2.0.0');
    expect(made!.upload).to.include({ sha256: newer().package.artifact.sha256, bytes: newer().package.artifact.size });
    expect(policies(world)).to.deep.equal([]);
  });

  it('is not done before Jamf has processed the file', async () => {
    const slow = await givenWorld({ delays: { looking: 300_000, processing: 300_000 } });
    const before = slow.clock.now().getTime();
    await slow.plane.publishPackage(slow.ctx, { order: newer(), journal: journalOf(slow) });
    expect(slow.clock.now().getTime() - before).to.be.at.least(300_000);
    await slow.stop();
  });

  it('says so when that takes too long, and does not upload again because of it', async () => {
    const slow = await givenWorld({
      delays: { looking: 900_000, processing: 900_000 },
      settings: { patienceMs: 60_000 },
    });
    const journal = journalOf(slow);
    const refusal = await failureOf(slow.plane.publishPackage(slow.ctx, { order: newer(), journal }));
    expect(refusal).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    expect(refusal.message).to.include('EUCORA Example Tool 2.0.0').and.to.include('PENDING');
    await eventually(
      () => slow.plane.publishPackage(slow.ctx, { order: newer(), journal }),
      (ms) => slow.clock.advance(ms),
    );
    expect(slow.simulator.ledger.count('package_uploaded')).to.equal(1);
    await slow.stop();
  });

  it('uploads again what came to Jamf as something else', async () => {
    await publish();
    const [made] = packages(world);
    const garbled = { ...made!, upload: { ...made!.upload!, sha3: '0'.repeat(128), sha256: '0'.repeat(64) } };
    put(world.simulator.state.packages, made!.id, garbled, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(3_600_000);
    expect(await publish()).to.deep.equal(['upload_package', 'confirm_package']);
    expect(packages(world)[0]!.upload).to.include({ sha256: newer().package.artifact.sha256 });
  });

  it('never takes for ready what was garbled on its way, and says which digest Jamf has', async () => {
    const impatient = await givenWorld({ settings: { patienceMs: 60_000 } });
    const { simulator, clock } = impatient;
    const mend = simulator.onAccepted(({ path }) => {
      if (!path.endsWith('/upload')) return;
      const [made] = packages(impatient);
      const garbled = { ...made!, upload: { ...made!.upload!, sha3: 'bad'.repeat(40) } };
      put(simulator.state.packages, made!.id, garbled, clock.now().getTime(), 'node-a');
    });
    const journal = journalOf(impatient);
    const refusal = await failureOf(impatient.plane.publishPackage(impatient.ctx, { order: newer(), journal }));
    expect(refusal).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    expect(refusal.message).to.include('READY').and.to.include('badbad');
    mend();
    await clock.advance(120_000);
    const { done } = await impatient.plane.publishPackage(impatient.ctx, { order: newer(), journal });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['upload_package', 'confirm_package']);
    await impatient.stop();
  });

  it('goes on with a row that has no file', async () => {
    await publish(newer(), dyingBefore('upload_package'));
    expect(packages(world)).to.have.length(1);
    expect(await publish()).to.deep.equal(['upload_package', 'confirm_package']);
    expect(packages(world)).to.have.length(1);
  });

  it('goes on with a file that nobody waited for', async () => {
    await publish(newer(), dyingBefore('confirm_package'));
    await world.clock.advance(3_600_000);
    expect(await publish()).to.deep.equal([]);
  });

  it('finds out what is wrong before there is anything in Jamf', async () => {
    const wrong = newer({ package: givenMacPackage('2.0.0', { artifact: { ...newer().package.artifact, size: 5 } }) });
    expect(await failureOf(publish(wrong))).to.include({ code: 'ARTIFACT_MISMATCH', errorClass: 'permanent' });
    const gone = newer({
      package: givenMacPackage('2.0.0', { artifact: { ...newer().package.artifact, sha256: 'f'.repeat(64) } }),
    });
    expect(await failureOf(publish(gone))).to.include({ code: 'ARTIFACT_NOT_FOUND' });
    const exe = newer({
      package: givenMacPackage('2.0.0', { artifact: { ...newer().package.artifact, fileName: 'setup.exe' } }),
    });
    expect(await failureOf(publish(exe))).to.include({ code: 'INPUT_INVALID', errorClass: 'permanent' });
    const windows = newer({ package: givenMacPackage('2.0.0', { platform: 'windows' }) });
    expect(await failureOf(publish(windows))).to.include({ code: 'PLATFORM_MISMATCH', errorClass: 'permanent' });
    expect(writesOf(world)).to.deep.equal([]);
  });

  it('says that a site of file shares takes no uploads, and leaves nothing there', async () => {
    const shares = await givenWorld({ takesUploads: false });
    const refusal = await failureOf(
      shares.plane.publishPackage(shares.ctx, { order: newer(), journal: journalOf(shares) }),
    );
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(refusal.remedy).to.match(/cloud distribution point/);
    expect(writesOf(shares)).to.deep.equal([]);
    await shares.stop();
  });

  it('takes the row away again when the upload is refused for good', async () => {
    world.simulator.withdraw('Update Packages');
    const refusal = await failureOf(publish());
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(packages(world)).to.deep.equal([]);
  });

  it('says in the log what stays behind where it cannot even be taken away', async () => {
    world.simulator.withdraw('Update Packages');
    world.simulator.withdraw('Delete Packages');
    expect(await failureOf(publish())).to.include({ code: 'PLANE_FORBIDDEN' });
    expect(world.ctx.logged.filter(({ level }) => level === 'warn').map(({ message }) => message)).to.deep.equal([
      'the row of "EUCORA Example Tool 2.0.0" stays in Jamf Pro without a file',
    ]);
  });

  it('keeps the row when the upload may work the next time, and finds it then', async () => {
    const upload = { method: 'POST', path: /\/upload$/ };
    world.simulator.faults.inject({ kind: 'status', status: 503, match: upload });
    expect(await failureOf(publish())).to.include({ errorClass: 'transient' });
    expect(packages(world)).to.have.length(1);
    await world.clock.advance(120_000);
    expect(await publish()).to.deep.equal(['upload_package', 'confirm_package']);
  });

  it('stops in the middle when the artifact turns out to be another one, and takes the row away', async () => {
    await publish(newer(), dyingBefore('upload_package'));
    const { sha256, size } = newer().package.artifact;
    const swapped = { ...memoryArtifacts(), open: async () => bytesOf(Buffer.alloc(size, 1)) };
    const refusal = await failureOf(
      world.plane.publishPackage({ ...world.ctx, artifacts: swapped }, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'ARTIFACT_MISMATCH' });
    expect(refusal.message).to.include(sha256);
    expect(packages(world)).to.deep.equal([]);
    expect(world.simulator.ledger.count('package_uploaded')).to.equal(0);
  });

  it('uses one package for two rings', async () => {
    await deploy(world, newer());
    const canary = newer({ ring: 'canary', intentId: 'intent-2', scope: { include: [CANARY] } });
    expect(await deploy(world, canary)).to.deep.equal(['save_policy', 'enable_policy']);
    expect(packages(world)).to.have.length(1);
  });

  async function publish(order = newer(), journal = journalOf(world)) {
    try {
      return (await world.plane.publishPackage(world.ctx, { order, journal })).done.map(({ kind }) => kind);
    } catch (cause) {
      if (cause === DIED) return [];
      throw cause;
    }
  }
});

describe('what somebody left under our name', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  it('is not touched: a package without our mark', async () => {
    addPackage('EUCORA Example Tool 2.0.0', 'made by Anna');
    const refusal = await failureOf(
      world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(refusal.message).to.match(/"EUCORA Example Tool 2.0.0" \(id 77\)/);
    expect(refusal.remedy).to.match(/[Rr]ename or delete/);
    expect(writesOf(world)).to.deep.equal([]);
  });

  it('is not taken for ours where it comes to light only by a refusal: this node did not show it', async () => {
    await world.plane.queryState(world.ctx, { order: newer() });
    const node = world.simulator.requests.findLast(({ headers }) => headers.cookie)!.headers.cookie;
    const fields = { packageName: 'EUCORA Example Tool 2.0.0', fileName: 'a.pkg', notes: 'of Anna' };
    const other = node!.endsWith('node-a') ? 'node-b' : 'node-a';
    put(world.simulator.state.packages, '77', { id: '77', fields }, world.clock.now().getTime(), other);
    const refusal = await failureOf(
      world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_CONFLICT' });
    expect(refusal.message).to.include('id 77');
    expect(world.simulator.requests.filter(({ status }) => status === 400)).to.have.length(1);
    expect(packages(world)).to.have.length(1);
  });

  it('is not taken for ours because of other capitals', async () => {
    addPackage('eucora EXAMPLE tool 2.0.0', '');
    expect(await failureOf(deploy(world, newer()))).to.include({ code: 'PLANE_CONFLICT' });
  });

  it('is found also where our name was changed by hand', async () => {
    await deploy(world, newer());
    const [made] = packages(world);
    const renamed = { ...made!, fields: { ...made!.fields, packageName: 'Tool (do not delete)' } };
    put(world.simulator.state.packages, made!.id, renamed, world.clock.now().getTime(), 'node-a');
    await world.clock.advance(120_000);
    expect(await deploy(world, newer())).to.deep.equal([]);
  });

  it('is ours by name where somebody copied the notes, and a conflict where the name does not tell', async () => {
    await deploy(world, newer());
    const { notes } = packages(world)[0]!.fields;
    addPackage('Copy 1', String(notes));
    expect(await deploy(world, newer())).to.deep.equal([]);
    const [made] = packages(world);
    put(
      world.simulator.state.packages,
      made!.id,
      { ...made!, fields: { ...made!.fields, packageName: 'Copy 2' } },
      world.clock.now().getTime(),
      'node-a',
    );
    await world.clock.advance(120_000);
    const refusal = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.include({ code: 'PLANE_CONFLICT' });
    expect(refusal.details.package_ids).to.have.members([made!.id, '77']);
  });

  it('is not good enough when it was made of another artifact', async () => {
    await deploy(world, newer());
    const artifacts = memoryArtifacts('other bytes');
    const other = artifacts.add('other bytes');
    const order = newer({ package: givenMacPackage('2.0.0', { artifact: { ...other, fileName: 'x.pkg' } }) });
    const refusal = await failureOf(
      world.plane.publishPackage({ ...world.ctx, artifacts }, { order, journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_CONFLICT' });
    expect(refusal.remedy).to.match(/new version/);
  });

  function addPackage(packageName: string, notes: string) {
    const fields = { packageName, fileName: `${packageName}.pkg`, notes };
    put(world.simulator.state.packages, '77', { id: '77', fields }, -Infinity, 'node-a');
  }
});

const DIED = new Error('the process died here');

function dyingBefore(kind: string) {
  const journal = memoryJournal({ now: () => new Date(0) });
  return Object.assign(Object.create(journal) as typeof journal, {
    async started(operation: Parameters<typeof journal.started>[0]) {
      if (operation.kind === kind) throw DIED;
      await journal.started(operation);
    },
  });
}

async function* bytesOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
