import { isEucoraError } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { sandbox } from '@eucora/plugin-sandbox';
import { expect } from 'chai';

describe('the records of the sandbox', () => {
  it('are of any kind, and can be created, read, changed and deleted', async () => {
    const { plane, ctx } = await givenSandbox();
    const made = await plane.create(ctx, { kind: 'lamps', fields: { colour: 'red', lit: true } });
    expect(made).to.deep.equal({ id: 'lamps-1', colour: 'red', lit: true });
    await plane.update(ctx, { kind: 'lamps', id: 'lamps-1', fields: { lit: false } });
    expect(await plane.get(ctx, { kind: 'lamps', id: 'lamps-1' })).to.deep.equal({ ...made, lit: false });
    expect((await plane.list(ctx, { kind: 'chairs' })).items).to.deep.equal([]);

    await plane.delete(ctx, { kind: 'lamps', id: 'lamps-1' });
    await plane.delete(ctx, { kind: 'lamps', id: 'lamps-1' });
    expect(await codeOf(plane.get(ctx, { kind: 'lamps', id: 'lamps-1' }))).to.equal('RESOURCE_NOT_FOUND');
    const gone = plane.update(ctx, { kind: 'lamps', id: 'lamps-1', fields: {} });
    expect(await codeOf(gone)).to.equal('RESOURCE_NOT_FOUND');
  });

  it('come in pages, in the order of their ids', async () => {
    const { plane, ctx } = await givenSandbox();
    for (const id of ['d', 'b', 'a', 'e', 'c']) await plane.create(ctx, { kind: 'items', fields: { id } });

    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await plane.list(ctx, { kind: 'items', limit: 2, ...(after === undefined ? {} : { after }) });
      seen.push(page.items.map(({ id }) => id).join(''));
      after = page.next;
    } while (after !== undefined);
    expect(seen).to.deep.equal(['ab', 'cd', 'e']);

    for (const limit of [0, -1, 1.5, 1_001]) {
      expect(await codeOf(plane.list(ctx, { kind: 'items', limit }))).to.equal('INPUT_INVALID');
    }
  });

  it('can be filtered', async () => {
    const { plane, ctx } = await givenSandbox();
    await plane.create(ctx, { kind: 'lamps', fields: { id: 'a', colour: 'red' } });
    await plane.create(ctx, { kind: 'lamps', fields: { id: 'b', colour: 'blue' } });
    const { items } = await plane.list(ctx, { kind: 'lamps', where: { colour: 'blue' } });
    expect(items.map(({ id }) => id)).to.deep.equal(['b']);
  });

  it('are made once for a key, whatever became of them', async () => {
    const { plane, ctx } = await givenSandbox();
    const request = { kind: 'lamps', fields: { colour: 'red' }, key: 'k1' };
    const first = await plane.create(ctx, request);
    await plane.update(ctx, { kind: 'lamps', id: first.id, fields: { colour: 'blue' } });
    expect(await plane.create(ctx, request)).to.deep.equal(first);
    expect((await plane.list(ctx, { kind: 'lamps' })).items).to.have.lengthOf(1);

    const other = plane.create(ctx, { ...request, fields: { colour: 'green' } });
    expect(await codeOf(other)).to.equal('IDEMPOTENCY_CONFLICT');
    expect((await plane.create(ctx, { ...request, kind: 'chairs' })).id).to.equal('chairs-2');
  });

  it('cannot be changed through what was handed in or out', async () => {
    const { plane, ctx } = await givenSandbox();
    const fields = { id: 'a', tags: ['one'] };
    const made = await plane.create(ctx, { kind: 'items', fields });
    fields.tags.push('two');
    (made.tags as string[]).push('three');
    expect(await plane.get(ctx, { kind: 'items', id: 'a' })).to.deep.equal({ id: 'a', tags: ['one'] });
  });

  it('are refused when they are no records', async () => {
    const { plane, ctx } = await givenSandbox();
    await plane.create(ctx, { kind: 'items', fields: { id: 'a' } });
    const refused: [string, Record<string, unknown>, string][] = [
      ['', {}, 'INPUT_INVALID'],
      ['items', { id: 5 }, 'INPUT_INVALID'],
      ['items', { id: '' }, 'INPUT_INVALID'],
      ['items', { size: 1n }, 'INPUT_INVALID'],
      ['items', [] as never, 'INPUT_INVALID'],
      ['items', { id: 'a' }, 'PLANE_CONFLICT'],
    ];
    for (const [kind, fields, code] of refused) {
      expect(await codeOf(plane.create(ctx, { kind, fields })), JSON.stringify([kind, code])).to.equal(code);
    }
    const renamed = plane.update(ctx, { kind: 'items', id: 'a', fields: { id: 'b' } });
    expect(await codeOf(renamed)).to.equal('INPUT_INVALID');
  });

  it('of one tenant are nothing to another', async () => {
    const { plane, ctx } = await givenSandbox();
    const other = { ...ctx, tenantId: 'tenant-2' };
    await plane.create(ctx, { kind: 'items', fields: { id: 'a', mine: true }, key: 'k1' });
    expect((await plane.list(other, { kind: 'items' })).items).to.deep.equal([]);
    expect(await codeOf(plane.get(other, { kind: 'items', id: 'a' }))).to.equal('RESOURCE_NOT_FOUND');
    await plane.create(other, { kind: 'items', fields: { id: 'a', mine: false }, key: 'k1' });
    await plane.delete(other, { kind: 'items', id: 'a' });
    expect(await plane.get(ctx, { kind: 'items', id: 'a' })).to.deep.equal({ id: 'a', mine: true });
  });

  it('are not written while a plan is made', async () => {
    const { plane, ctx } = await givenSandbox();
    const planning = { ...ctx, readOnly: true };
    expect(await codeOf(plane.create(planning, { kind: 'items', fields: {} }))).to.equal('READ_ONLY');
    expect(await codeOf(plane.delete(planning, { kind: 'items', id: 'a' }))).to.equal('READ_ONLY');
    expect((await plane.list(planning, { kind: 'items' })).items).to.deep.equal([]);
  });

  it('are out of reach before it is connected, and there again when it is connected again', async () => {
    const { plane, ctx } = await givenSandbox();
    await plane.create(ctx, { kind: 'items', fields: { id: 'a' } });
    await plane.disconnect(ctx);
    expect(await codeOf(plane.get(ctx, { kind: 'items', id: 'a' }))).to.equal('NOT_CONNECTED');
    await plane.connect(ctx);
    expect(await plane.get(ctx, { kind: 'items', id: 'a' })).to.deep.equal({ id: 'a' });
  });
});

async function givenSandbox() {
  const ctx = testContext();
  const plane = sandbox();
  await plane.connect(ctx);
  return { plane, ctx };
}

const codeOf = (outcome: Promise<unknown>): Promise<string> =>
  outcome.then(
    () => 'nothing was refused',
    (cause: unknown) => (isEucoraError(cause) ? cause.code : String(cause)),
  );
