import { expect } from 'chai';
import { eventually } from '@eucora/sdk/testing';
import { jamf } from '../src/plane.js';
import { deploy, failureOf, givenWorld, newer, older, packages, policies, type World } from './given.js';

describe('a cluster of two nodes', () => {
  it('is seen from one node for a piece of work', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    const cookies = world.simulator.requests.flatMap(({ headers, path }) =>
      path.endsWith('/oauth/token') ? [] : [headers.cookie ?? 'none'],
    );
    expect(new Set(cookies.slice(1)).size).to.equal(1);
    expect(cookies[1]).to.match(/^jpro-ingress=node-[ab]$/);
    await world.stop();
  });

  it('is not held to that node for longer than needed', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    await world.clock.advance(60_000);
    const before = world.simulator.requests.length;
    await world.plane.queryState(world.ctx, { order: newer() });
    expect(
      world.simulator.requests.slice(before).find(({ path }) => !path.includes('oauth'))!.headers,
    ).not.to.have.property('cookie');
    await world.stop();
  });

  it('does not make a second package of a call whose answer was lost, seen from the other node without any memory', async () => {
    const world = await givenWorld();
    world.simulator.faults.acceptThenDropConnection({ match: { method: 'POST', path: '/api/v1/packages' } });
    await failureOf(deploy(world, newer()));
    for (const correlationId of ['second', 'third']) {
      await deploy({ plane: world.plane, ctx: { ...world.ctx, correlationId } }, newer());
    }
    const creates = world.simulator.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/packages'),
    );
    expect(creates.map(({ status }) => status)).to.deep.equal([undefined, 400]);
    expect(packages(world)).to.have.length(1);
    expect(packages(world)[0]!.upload).to.include({ sha256: newer().package.artifact.sha256 });
    await world.stop();
  });

  it('nor a second policy', async () => {
    const world = await givenWorld();
    world.simulator.faults.acceptThenDropConnection({ match: { method: 'POST', path: /policies/ } });
    await failureOf(deploy(world, newer()));
    const other = onOtherNode(world);
    await eventually(
      () => deploy(other, newer()),
      (ms) => world.clock.advance(ms),
    );
    expect(policies(world)).to.have.length(1);
    expect(policies(world)[0]!.general).to.include({ enabled: 'true' });
    await world.stop();
  });

  it('shows the same to everybody after a minute: 50 looks without a difference', async () => {
    const world = await givenWorld();
    await deploy(world, older());
    await world.clock.advance(60_000);
    await deploy(world, newer());
    await world.clock.advance(60_000);
    for (let look = 0; look < 50; look++) {
      const ctx = { ...world.ctx, correlationId: `look-${look}` };
      expect(await world.plane.plan(ctx, { order: newer() })).to.deep.equal([]);
    }
    await world.stop();
  });

  /** As another process would come: with no cookie yet, and nothing in the journal. */
  function onOtherNode({ plane, ctx }: World) {
    return { plane, ctx: { ...ctx, correlationId: 'another' } };
  }
});

describe('the token', () => {
  it('is asked for anew while a long piece of work goes on', async () => {
    const world = await givenWorld({ delays: { looking: 300_000, processing: 300_000 } });
    await deploy(world, newer());
    const asked = world.simulator.requests.filter(({ path }) => path.endsWith('/oauth/token'));
    expect(asked.length).to.be.greaterThan(4);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).to.deep.equal([]);
    await world.stop();
  });

  it('that is refused is replaced once, also in the middle of an upload', async () => {
    const world = await givenWorld();
    world.simulator.faults.inject({ kind: 'status', status: 401, match: { path: /\/upload$/ } });
    await deploy(world, newer());
    expect(packages(world)[0]!.upload).to.include({ sha256: newer().package.artifact.sha256 });
    await world.stop();
  });

  it('that nobody gives ends it, with the reason', async () => {
    const world = await givenWorld();
    const stranger = jamf({ ...world.config, clientId: 'stranger' }, 'jamf');
    await stranger.connect(world.ctx);
    const refusal = await failureOf(stranger.queryState(world.ctx, { order: newer() }));
    expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
    expect(refusal.message).to.include('invalid_client');
    expect((await stranger.check(world.ctx)).healthy).to.equal(false);
    await stranger.disconnect(world.ctx);
    await world.stop();
  });

  it('that is none is not taken for one', async () => {
    const world = await givenWorld();
    world.simulator.faults.inject({ kind: 'wrongSuccess', match: { path: /oauth/ } });
    expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.include({
      code: 'PLANE_ANSWER_INVALID',
    });
    await world.stop();
  });

  it('goes out with the secret nowhere to be seen', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    const seen = JSON.stringify([
      world.ctx.audited,
      world.ctx.logged,
      world.simulator.requests.map(({ headers }) => headers),
    ]);
    expect(seen).not.to.include(world.simulator.clientSecret);
    await world.stop();
  });
});
