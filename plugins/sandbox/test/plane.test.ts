import { isEucoraError, isResourceStore, PORT_VERSION, type Context } from '@eucora/sdk';
import {
  givenArtifact,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  memoryJournal,
  testContext,
} from '@eucora/sdk/testing';
import plugin, { sandbox } from '@eucora/plugin-sandbox';
import { expect } from 'chai';
import { carryOut } from '../src/execute.js';
import { Memory } from '../src/memory.js';

describe('the sandbox as a plane', () => {
  it('is a plugin that the host can load, for every platform', async () => {
    expect(plugin).to.include({ kind: 'plane', name: 'sandbox', portVersion: PORT_VERSION });
    expect(plugin.platforms).to.have.lengthOf(5);
    const config = await plugin.config['~standard'].validate({ latencyMs: 0, errorRate: 0 });
    if (config.issues) throw new Error('the defaults must be valid');
    expect(plugin.hosts!(config.value)).to.deep.equal([]);
    expect(isResourceStore(plugin.create(config.value, { id: 'lab-plane' }))).to.equal(true);
  });

  it('names its keys after the connector id of its registration', async () => {
    const { plane, ctx, order } = await givenSandbox({ id: 'second-sandbox' });
    const [first] = await plane.plan(ctx, { order });
    expect(first!.key).to.match(/^second-sandbox:create_package:[0-9a-f]{12}$/);
  });

  it('keeps what one tenant published from another', async () => {
    const { plane, ctx, order } = await givenSandbox();
    await plane.remediate(ctx, { order, journal: memoryJournal() });
    const other = { ...ctx, tenantId: 'tenant-2' };
    expect(await plane.queryState(other, { order })).to.deep.equal({ packages: [], assignments: [] });
    expect(await markedIn(plane, other)).to.deep.equal([]);
    expect(await markedIn(plane, ctx)).to.have.lengthOf(1);
  });

  it('lists what carries our mark and leaves out what a person assigned', async () => {
    const { plane, ctx, order } = await givenSandbox();
    await plane.remediate(ctx, { order, journal: memoryJournal() });
    const [ours] = (await plane.list(ctx, { kind: 'assignments' })).items;
    await plane.create(ctx, { kind: 'assignments', fields: { ...ours, id: 'by-hand', target: 'hr', mark: 'for Ann' } });
    await plane.create(ctx, { kind: 'assignments', fields: { id: 'nonsense' } });
    expect(await markedIn(plane, ctx)).to.deep.equal([
      {
        packageName: 'Example Tool',
        version: '2.0.0',
        target: 'group-lab',
        mode: 'include',
        purpose: 'required',
        ref: ours!.id,
        mark: { intentId: order.intentId, correlationId: order.correlationId, ring: 'lab' },
      },
    ]);
  });

  it('leaves on a target what a person assigned there', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const fields = { name: 'Example Tool', platform: 'windows', version: '0.9', target: 'group-lab' };
    await plane.create(ctx, { kind: 'assignments', fields: { ...fields, id: 'by-hand' } });
    await plane.remediate(ctx, { order, journal: memoryJournal() });
    const { assignments } = await plane.queryState(ctx, { order });
    expect(assignments.map(({ version }) => version)).to.deep.equal(['0.9', '2.0.0']);
  });

  it('aims at every target of a scope, and takes ours off again with another purpose', async () => {
    const { plane, ctx, order } = await givenSandbox({}, { include: ['a', 'b'], exclude: ['c'] });
    await plane.remediate(ctx, { order, journal: memoryJournal() });
    await plane.remediate(ctx, { order: { ...order, purpose: 'available' }, journal: memoryJournal() });
    const { assignments } = await plane.queryState(ctx, { order });
    expect(assignments.map(({ target, mode, purpose }) => `${target} ${mode} ${purpose}`)).to.deep.equal([
      'a include available',
      'b include available',
      'c exclude available',
    ]);
  });

  it('does not aim what has no content', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const aimed = () => plane.createAssignment(ctx, { order, journal: memoryJournal() });
    expect(await codeOf(aimed())).to.equal('PLANE_OBJECT_MISSING');
    const { name, platform, version } = order.package;
    await plane.create(ctx, { kind: 'packages', fields: { name, platform, version, ready: false } });
    expect(await codeOf(aimed())).to.equal('PLANE_OBJECT_MISSING');
  });

  it('reads the artifact, and refuses one that is not what was announced', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const wrong = { open: () => memoryArtifacts('other bytes').open(digestOf('other bytes')) };
    const journal = memoryJournal();
    const published = plane.publishPackage({ ...ctx, artifacts: wrong }, { order, journal });
    expect(await codeOf(published)).to.equal('ARTIFACT_MISMATCH');
    expect((await plane.queryState(ctx, { order })).packages.map(({ ready }) => ready)).to.deep.equal([false]);

    const missing = givenOrder({ package: givenPackage({ version: '9.9.9' }) });
    expect(await codeOf(plane.publishPackage(ctx, { order: missing, journal }))).to.equal('ARTIFACT_NOT_FOUND');
  });

  it('finishes what it began and did not end', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const missing = memoryArtifacts();
    await codeOf(plane.publishPackage({ ...ctx, artifacts: missing }, { order, journal: memoryJournal() }));
    const { done } = await plane.publishPackage(ctx, { order, journal: memoryJournal() });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['upload_content']);
  });

  it('does an operation twice as if once, and none that it does not know', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const planned = await plane.plan(ctx, { order });
    const memory = new Memory();
    for (const operation of [...planned, ...planned]) await carryOut(ctx, memory, order, operation);
    expect([...memory.all(ctx.tenantId, 'packages')]).to.have.lengthOf(1);
    expect([...memory.all(ctx.tenantId, 'assignments')]).to.have.lengthOf(1);
    expect(await codeOf(carryOut(ctx, memory, order, { ...planned[0]!, kind: 'dance' }))).to.equal('PLANE_REJECTED');
  });

  it('needs the package before its content', async () => {
    const { plane, ctx, order } = await givenSandbox();
    const upload = (await plane.plan(ctx, { order }))[1]!;
    expect(await codeOf(carryOut(ctx, new Memory(), order, upload))).to.equal('PLANE_OBJECT_MISSING');
  });
});

type Sandbox = ReturnType<typeof sandbox>;

async function givenSandbox({ id = 'sandbox' } = {}, scope = givenOrder().scope) {
  const ctx = testContext({ artifacts: memoryArtifacts(givenArtifact()) });
  const plane = sandbox({}, { id });
  await plane.connect(ctx);
  return { plane, ctx, order: givenOrder({ plane: id, scope }) };
}

async function markedIn(plane: Sandbox, ctx: Context) {
  const found = [];
  for await (const page of plane.listAssignments(ctx)) found.push(...page);
  return found;
}

const digestOf = (text: string) => memoryArtifacts().add(text).sha256;

const codeOf = (outcome: Promise<unknown>): Promise<string> =>
  outcome.then(
    () => 'nothing was refused',
    (cause: unknown) => (isEucoraError(cause) ? cause.code : String(cause)),
  );
