import { expect } from 'chai';
import { eventually } from '@eucora/sdk/testing';
import { CANARY, collected, givenWorld, LAB, newer, type World } from './given.js';
import {
  publish,
  assignTo,
  deploy,
  journalOf,
  failing,
  theApp,
  groupsOf,
  requestsTo,
  graphRequests,
  noise,
  orderOf,
  failureOf,
} from './steps.js';

describe('publishing', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('puts the very artifact into Intune, published and not yet assigned', async () => {
    await publish(world, newer());
    const app = theApp(world);
    expect(app).to.include({ committedContentVersion: '1', setupSha256: newer().package.artifact.sha256 });
    expect(app.assignments).to.deep.equal([]);
    expect(app.fields).to.include({ displayName: 'Example Tool 2.0.0' });
  });

  it('sends every request under an id of its own', async () => {
    await publish(world, newer());
    const ids = graphRequests(world).map(({ headers }) => headers['client-request-id']);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('gives the signed upload address no token', async () => {
    await publish(world, newer());
    const uploads = world.simulator.requests.filter(({ path }) => path.startsWith('/uploads/'));
    expect(uploads).to.have.length.greaterThan(1);
    for (const { headers } of uploads) expect(headers).not.to.have.property('authorization');
  });

  it('uploads in blocks whose ids have one length, and lists them in order', async () => {
    const bytes = noise(300_000);
    const { order, artifacts } = orderOf(bytes);
    const large = await givenWorld({ settings: { uploadBlockBytes: 64 * 1024 } });
    await large.plane.publishPackage({ ...large.ctx, artifacts }, { order, journal: journalOf(large) });
    const ids = large.simulator.requests
      .filter(({ query }) => query.comp === 'block')
      .map(({ query }) => query.blockid!);
    expect(ids).to.have.length(5);
    expect(new Set(ids.map(({ length }) => length)).size).to.equal(1);
    expect(theApp(large)).to.include({ setupSha256: order.package.artifact.sha256 });
    await large.stop();
  });

  it('announces as many blocks as it uploads, whether they can be compressed or not', async () => {
    for (const bytes of [noise(200_000), Buffer.alloc(200_000, 'a')]) {
      const { order, artifacts } = orderOf(bytes);
      const large = await givenWorld({ settings: { uploadBlockBytes: 64 * 1024 } });
      const planned = await large.plane.plan(large.ctx, { order });
      const announced = planned.flatMap(({ writes }) => writes ?? []);
      expect(announced.filter((one) => one === 'PUT /{}/{}')).to.have.length(4 + 1);
      await large.plane.publishPackage({ ...large.ctx, artifacts }, { order, journal: journalOf(large) });
      const sizes = large.simulator.requests
        .filter(({ query }) => query.comp === 'block')
        .map(({ body }) => (body as { bytes: number }).bytes);
      expect(sizes).to.have.length(4);
      expect(Math.max(...sizes)).to.be.at.most(64 * 1024);
      expect(theApp(large)).to.include({ setupSha256: order.package.artifact.sha256 });
      await large.stop();
    }
  });

  it('uses one app for two rings, and notes who assigned which group', async () => {
    const canary = newer({ ring: 'canary', intentId: 'intent-2', scope: { include: [CANARY] } });
    await deploy(world, newer());
    const second = await deploy(world, canary);
    expect(second.map(({ kind }) => kind)).to.deep.equal(['assign_group']);
    expect(groupsOf(theApp(world))).to.have.members([LAB, CANARY]);
    const listed = await collected(world.plane.listAssignments(world.ctx));
    expect(Object.fromEntries(listed.map(({ target, mark }) => [target, mark.intentId]))).to.deep.equal({
      [LAB]: 'intent-1',
      [CANARY]: 'intent-2',
    });
  });

  it('two rings at the same moment do not lose each other', async () => {
    const canary = newer({ ring: 'canary', scope: { include: [CANARY] } });
    await publish(world, newer());
    await Promise.all([assignTo(world, newer()), assignTo(world, canary)]);
    expect(groupsOf(theApp(world))).to.have.members([LAB, CANARY]);
  });

  it('goes on with an app that somebody began', async () => {
    await publish(world, newer(), failing('upload_content'));
    expect(theApp(world).committedContentVersion).to.equal(undefined);
    const done = await deploy(
      world,
      newer({ correlationId: '22222222-7425-40de-944b-e07fc1f90ae7', intentId: 'intent-9' }),
    );
    expect(done.map(({ kind }) => kind)).to.deep.equal(['upload_content', 'commit_content', 'assign_group']);
    expect(world.simulator.state.apps.size).to.equal(1);
  });

  it('goes on with a content that was taken and not committed', async () => {
    await publish(world, newer(), failing('commit_content'));
    const uploads = world.simulator.requests.filter(({ query }) => query.comp === 'block').length;
    const done = await deploy(world, newer());
    expect(done.map(({ kind }) => kind)).to.deep.equal(['commit_content', 'assign_group']);
    expect(world.simulator.requests.filter(({ query }) => query.comp === 'block')).to.have.length(uploads);
  });

  it('uploads again what Intune did not take', async () => {
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      status: 201,
      match: { path: /^\/uploads/, method: 'PUT' },
      times: 2,
    });
    const done = await eventually(() =>
      world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(done.done.map(({ kind }) => kind)).to.include('upload_content');
    expect(world.simulator.ledger.count('content_refused')).to.equal(1);
    expect(theApp(world)).to.include({ committedContentVersion: '2' });
  });

  it('waits while an app is not published, and says when that takes too long', async () => {
    const slow = await givenWorld({ delays: { publish: 10 * 60_000 }, settings: { patienceMs: 60_000 } });
    const refusal = await failureOf(slow.plane.publishPackage(slow.ctx, { order: newer(), journal: journalOf(slow) }));
    expect(refusal).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    await eventually(
      () => publish(slow, newer()),
      (ms) => slow.clock.advance(ms),
    );
    expect(slow.simulator.ledger.count('app_created')).to.equal(1);
    await slow.stop();
  });

  it('stops, for now, at a commit that Graph does not take yet', async () => {
    const tooEarly = { error: { code: 'BadRequest', message: 'Bad Request' } };
    world.simulator.faults.inject({
      kind: 'status',
      status: 400,
      body: tooEarly,
      match: { method: 'PATCH' },
      times: 2,
    });
    await deploy(world, newer());
    expect(groupsOf(theApp(world))).to.deep.equal([LAB]);
  });
});

describe('the upload address', () => {
  it('is renewed when it grows old, and the upload goes on', async () => {
    const world = await givenWorld({ settings: { uploadBlockBytes: 64 * 1024, renewUploadAfterMs: 1_000 } });
    const { order, artifacts } = orderOf(noise(300_000));
    world.simulator.faults.inject({
      kind: 'throttle',
      retryAfterSeconds: 5,
      match: { path: /^\/uploads/ },
      times: 2,
    });
    await world.plane.publishPackage({ ...world.ctx, artifacts }, { order, journal: journalOf(world) });
    expect(requestsTo(world, /renewUpload$/)).to.have.length(1);
    expect(theApp(world)).to.include({ setupSha256: order.package.artifact.sha256 });
    await world.stop();
  });

  it('is renewed when it is refused, after it was given time to become good', async () => {
    const world = await givenWorld();
    world.simulator.faults.inject({ kind: 'status', status: 403, match: { path: /^\/uploads/ }, times: 4 });
    await publish(world, newer());
    expect(requestsTo(world, /renewUpload$/)).to.have.length(1);
    await world.stop();
  });

  it('that nobody gives ends the attempt', async () => {
    const world = await givenWorld();
    const file = { id: 'f', uploadState: 'azureStorageUriRequestFailed' };
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: file,
      match: { method: 'GET', path: /files\/[^/]+$/ },
      times: 1,
    });
    const refusal = await failureOf(
      world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_ERROR', errorClass: 'transient' });
    await world.stop();
  });
});
