import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Artifacts } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { contentLocation, folderOf, isPlaced, placeContent } from '../src/content-folder.js';
import { failureOf } from './given.js';
import { orderOf } from './steps.js';

const SIZE = 3 * 64 * 1024 + 7;

describe('content for SCCM', () => {
  let contentFolder: string;
  beforeEach(async () => {
    contentFolder = await mkdtemp(join(tmpdir(), 'eucora-sccm-test-'));
  });
  afterEach(() => rm(contentFolder, { recursive: true, force: true }));

  it('lies alone in a folder that its name and digest give', async () => {
    const { artifacts, bytes, order } = orderOf(SIZE);
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package);
    const folder = folderOf(order.package.artifact);
    expect(await readdir(join(contentFolder, folder))).to.deep.equal(['noise.exe']);
    expect((await readFile(join(contentFolder, folder, 'noise.exe'))).equals(bytes)).to.equal(true);
    expect(await readdir(join(contentFolder, '.incoming')), 'nothing half written').to.deep.equal([]);
    expect(await isPlaced({ contentFolder }, order.package.artifact)).to.equal(true);
    expect(contentLocation({ contentShare: '\\\\files\\eucora' }, order.package.artifact)).to.equal(
      `\\\\files\\eucora\\noise.exe.${order.package.artifact.sha256}`,
    );
  });

  it('is not written twice', async () => {
    const { artifacts, order } = orderOf(SIZE);
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package);
    const file = join(contentFolder, folderOf(order.package.artifact), 'noise.exe');
    const before = await stat(file);
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package);
    expect((await stat(file)).ino).to.equal(before.ino);
  });

  it('is written again when somebody changed it', async () => {
    const { artifacts, bytes, order } = orderOf(SIZE);
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package);
    const file = join(contentFolder, folderOf(order.package.artifact), 'noise.exe');
    await writeFile(file, Buffer.alloc(SIZE));
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package);
    expect((await readFile(file)).equals(bytes)).to.equal(true);
  });

  it('is never half there when the store breaks off', async () => {
    const { order } = orderOf(SIZE);
    const artifacts: Artifacts = { open: async () => breakingOff() };
    await placeContent({ contentFolder }, testContext({ artifacts }), order.package).then(
      () => expect.fail('this should have failed'),
      (cause: Error) => expect(cause.message).to.equal('the store broke off'),
    );
    expect(await isPlaced({ contentFolder }, order.package.artifact)).to.equal(false);
    expect(await readdir(join(contentFolder, '.incoming'))).to.deep.equal([]);
    expect(await readdir(contentFolder)).to.deep.equal(['.incoming']);
  });

  it('is refused when it is not what was announced', async () => {
    const { order } = orderOf(SIZE);
    const artifacts: Artifacts = {
      open: async () =>
        (async function* () {
          yield Buffer.alloc(SIZE);
        })(),
    };
    expect((await failureOf(placeContent({ contentFolder }, testContext({ artifacts }), order.package))).code).to.equal(
      'ARTIFACT_MISMATCH',
    );
    expect(await isPlaced({ contentFolder }, order.package.artifact)).to.equal(false);
  });

  it('does not travel with what somebody else put beside it', async () => {
    const { artifacts, order } = orderOf(SIZE);
    const folder = join(contentFolder, folderOf(order.package.artifact));
    await mkdir(folder);
    await writeFile(join(folder, 'readme.txt'), 'hello');
    const failure = await failureOf(placeContent({ contentFolder }, testContext({ artifacts }), order.package));
    expect(failure.code).to.equal('PLANE_CONFLICT');
    expect(failure.message).to.contain('readme.txt');
    expect(await readdir(folder)).to.deep.equal(['readme.txt']);
  });

  it('needs the share to be mounted', async () => {
    const { artifacts, order } = orderOf(SIZE);
    const gone = join(contentFolder, 'not mounted');
    const failure = await failureOf(placeContent({ contentFolder: gone }, testContext({ artifacts }), order.package));
    expect(failure).to.include({ code: 'STORAGE_UNAVAILABLE', errorClass: 'transient' });
    expect(failure.remedy).to.contain('mounted');
    expect(await readdir(contentFolder), 'a folder that is no mount is not made').to.deep.equal([]);
  });

  it('sweeps up after a process that died a day ago', async () => {
    const { artifacts, order } = orderOf(SIZE);
    const incoming = join(contentFolder, '.incoming');
    await mkdir(incoming);
    await writeFile(join(incoming, 'old'), 'half');
    await writeFile(join(incoming, 'young'), 'half');
    const ctx = testContext({ artifacts });
    const now = ctx.now().getTime() / 1000;
    await utimes(join(incoming, 'old'), now - 90_000, now - 90_000);
    await utimes(join(incoming, 'young'), now - 60, now - 60);
    await placeContent({ contentFolder }, ctx, order.package);
    expect(await readdir(incoming)).to.deep.equal(['young']);
  });

  it('is not placed while a plan is made', async () => {
    const { artifacts, order } = orderOf(SIZE);
    const ctx = testContext({ artifacts, readOnly: true });
    expect((await failureOf(placeContent({ contentFolder }, ctx, order.package))).code).to.equal('READ_ONLY');
    expect(await readdir(contentFolder)).to.deep.equal([]);
  });

  it('has the digest that its order names', () => {
    const { bytes, order } = orderOf(SIZE);
    expect(createHash('sha256').update(bytes).digest('hex')).to.equal(order.package.artifact.sha256);
  });
});

async function* breakingOff(): AsyncIterable<Uint8Array> {
  yield Buffer.alloc(1000);
  throw new Error('the store broke off');
}
