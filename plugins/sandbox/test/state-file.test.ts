import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEucoraError } from '@eucora/sdk';
import { givenOrder, memoryJournal, testContext } from '@eucora/sdk/testing';
import { sandbox } from '@eucora/plugin-sandbox';
import { expect } from 'chai';

describe('a sandbox with a state file', () => {
  it('is found again by the next process', async () => {
    const first = await givenSandbox();
    await first.remediate(ctx, { order, journal: memoryJournal() });
    await first.create(ctx, { kind: 'lamps', fields: { lit: true }, key: 'k1' });
    await first.create({ ...ctx, tenantId: '__proto__' }, { kind: '__proto__', fields: { id: '__proto__' } });

    const next = await givenSandbox();
    expect(await next.queryState(ctx, { order })).to.deep.equal(await first.queryState(ctx, { order }));
    expect(await next.create(ctx, { kind: 'lamps', fields: { lit: true }, key: 'k1' })).to.include({ lit: true });
    expect((await next.list(ctx, { kind: 'lamps' })).items).to.have.lengthOf(1);
    const odd = { ...ctx, tenantId: '__proto__' };
    expect((await next.list(odd, { kind: '__proto__' })).items).to.deep.equal([{ id: '__proto__' }]);
  });

  it('gives no name twice', async () => {
    const first = await givenSandbox();
    const { id } = await first.create(ctx, { kind: 'lamps', fields: {} });
    await first.delete(ctx, { kind: 'lamps', id });
    const next = await givenSandbox();
    expect((await next.create(ctx, { kind: 'lamps', fields: {} })).id).to.not.equal(id);
  });

  it('has every change in the file before the call returns, and nothing beside it', async () => {
    const plane = await givenSandbox();
    await plane.create(ctx, { kind: 'lamps', fields: { id: 'a' } });
    expect(await readFile(stateFile, 'utf8')).to.include('"lamps":[{"id":"a"}]');
    await plane.update(ctx, { kind: 'lamps', id: 'a', fields: { lit: true } });
    expect(await readFile(stateFile, 'utf8')).to.include('"lit":true');
    await plane.delete(ctx, { kind: 'lamps', id: 'a' });
    expect(await readFile(stateFile, 'utf8')).to.include('"lamps":[]');
    expect(await readdir(folder)).to.deep.equal(['sandbox.json']);
    expect((await stat(stateFile)).mode & 0o077).to.equal(0);
  });

  it('reads the file again when it is connected again', async () => {
    const plane = await givenSandbox();
    await plane.create(ctx, { kind: 'lamps', fields: { id: 'a' } });
    await plane.connect(ctx);
    await plane.disconnect(ctx);
    await rm(stateFile);
    await plane.connect(ctx);
    expect((await plane.list(ctx, { kind: 'lamps' })).items).to.deep.equal([]);
  });

  it('does not take a file that is not its own', async () => {
    const record = { named: 0, outcomes: {}, records: { lamps: {} } };
    for (const text of ['{"tenant', '[1]', 'null', '{"tenant-1":{}}', JSON.stringify({ 'tenant-1': record })]) {
      await writeFile(stateFile, text);
      expect(await codeOf(givenSandbox()), text).to.equal('CONFIG_INVALID');
      expect(await readFile(stateFile, 'utf8')).to.equal(text);
    }
  });

  it('has not done what it could not save', async () => {
    const plane = await givenSandbox();
    await plane.create(ctx, { kind: 'lamps', fields: { id: 'a', lit: false } });
    await rm(stateFile);
    await mkdir(join(stateFile, 'in-the-way'), { recursive: true });

    const create = () => plane.create(ctx, { kind: 'lamps', fields: { id: 'b' }, key: 'k1' });
    expect(await codeOf(create())).to.equal('STORAGE_UNAVAILABLE');
    const update = plane.update(ctx, { kind: 'lamps', id: 'a', fields: { lit: true } });
    expect(await codeOf(update)).to.equal('STORAGE_UNAVAILABLE');
    expect(await codeOf(plane.delete(ctx, { kind: 'lamps', id: 'a' }))).to.equal('STORAGE_UNAVAILABLE');
    expect((await plane.list(ctx, { kind: 'lamps' })).items).to.deep.equal([{ id: 'a', lit: false }]);

    await rm(stateFile, { recursive: true });
    expect(await create()).to.deep.equal({ id: 'b' });
  });

  const ctx = testContext();
  const order = givenOrder({ plane: 'sandbox' });
  let folder: string;
  let stateFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eucora-sandbox-'));
    stateFile = join(folder, 'sandbox.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function givenSandbox() {
    const plane = sandbox({ stateFile });
    await plane.connect(ctx);
    return plane;
  }
});

const codeOf = (outcome: Promise<unknown>): Promise<string> =>
  outcome.then(
    () => 'nothing was refused',
    (cause: unknown) => (isEucoraError(cause) ? cause.code : String(cause)),
  );
