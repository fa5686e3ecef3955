import { expect } from 'chai';
import { eventually } from '@eucora/sdk/testing';
import type { SimApp } from '../simulator/index.js';
import { givenWorld, newer, type World } from './given.js';
import { publish, deploy, journalOf, theApp, addApp, notesOf, failureOf } from './steps.js';

describe('an app that is hard to see', () => {
  it('is not made twice while the list does not show it', async () => {
    const world = await givenWorld({ delays: { listLag: 20_000, readLag: 20_000 } });
    world.simulator.faults.acceptThenDropConnection({ match: { method: 'POST', path: /mobileApps$/ } });
    const journal = journalOf(world);
    await eventually(
      () => world.plane.publishPackage(world.ctx, { order: newer(), journal }),
      async () => {},
    );
    expect(world.simulator.ledger.count('app_created')).to.equal(1);
    await world.stop();
  });

  it('is found by its id while only the list is behind', async () => {
    const world = await givenWorld({ delays: { listLag: 60 * 60_000 } });
    await publish(world, newer());
    expect(world.simulator.ledger.count('app_created')).to.equal(1);
    await world.stop();
  });

  it('is found on a later page of many', async () => {
    const world = await givenWorld({ pageSize: 2 });
    for (let n = 0; n < 5; n++) await addApp(world, { notes: `app ${n} of somebody else` });
    await deploy(world, newer());
    expect(await deploy(world, newer({ correlationId: 'other' }))).to.deep.equal([]);
    await world.stop();
  });

  it('that was deleted is made again', async () => {
    const world = await givenWorld();
    const journal = journalOf(world);
    await publish(world, newer(), journal);
    world.simulator.state.apps.clear();
    await publish(world, newer(), journal);
    expect(world.simulator.state.apps.size).to.equal(1);
    await world.stop();
  });
});

describe('several apps under one mark', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
    await publish(world, newer());
  });
  afterEach(() => world.stop());

  it('the published one counts, not the half-made copy', async () => {
    const original = theApp(world);
    await addApp(world, { notes: original.fields.notes });
    const { packages } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(packages.map(({ ref, ready }) => ({ ref, ready }))).to.deep.equal([{ ref: original.id, ready: true }]);
  });

  it('two published ones are a conflict that names both, unless the journal knows which is ours', async () => {
    const original = theApp(world);
    const copy: SimApp = { ...structuredClone(original), id: 'copy' };
    world.simulator.state.apps.set('copy', copy);
    const refusal = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.have.property('code', 'PLANE_CONFLICT');
    expect((refusal as Error).message)
      .to.include(original.id)
      .and.to.include('copy');
    const { packages } = await world.plane.queryState(world.ctx, { order: newer(), refs: { app_id: 'copy' } });
    expect(packages.map(({ ref }) => ref)).to.deep.equal(['copy']);
  });
});

describe('reading many apps', () => {
  it('asks twenty at a time, and again for those that were throttled', async () => {
    const world = await givenWorld({ quotas: { appRequests: 30 } });
    for (let n = 0; n < 45; n++) await addApp(world, { notes: notesOf(`0.${n}.0`), published: true });
    const { packages } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(packages).to.have.length(45);
    const sizes = world.simulator.requests
      .filter(({ path }) => path.endsWith('$batch'))
      .map(({ body }) => (body as { requests: unknown[] }).requests.length);
    expect(Math.max(...sizes)).to.be.at.most(20);
    expect(sizes.length).to.be.greaterThan(3);
    await world.stop();
  });

  it('gives up on an item that is refused, in the words of the item', async () => {
    const world = await givenWorld();
    for (const version of ['0.1.0', '0.2.0']) await addApp(world, { notes: notesOf(version), published: true });
    const forbidden = { error: { code: 'Forbidden', message: 'not yours' } };
    const responses = ['0', '1'].map((id) => ({ id, status: 403, body: forbidden }));
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: { responses }, match: { path: /batch$/ } });
    const refusal = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    await world.stop();
  });

  it('is not content with an answer that has no items at all', async () => {
    const world = await givenWorld();
    for (const version of ['0.1.0', '0.2.0']) await addApp(world, { notes: notesOf(version), published: true });
    world.simulator.faults.inject({ kind: 'wrongSuccess', match: { path: /batch$/ }, times: Infinity });
    const refusal = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.include({ code: 'PLANE_ERROR', errorClass: 'transient' });
    world.simulator.faults.inject({ kind: 'wrongSuccess', match: { path: /mobileApps$/ }, times: Infinity });
    expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.have.property(
      'code',
      'PLANE_ANSWER_INVALID',
    );
    await world.stop();
  });
});
