import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { virtualClock } from '@eucora/sdk/testing';
import { landscape } from '../src/plane.js';
import {
  assign,
  deploy,
  failureOf,
  givenConfig,
  givenContext,
  givenWorld,
  journalOf,
  newer,
  older,
  publish,
  statesOf,
  type World,
} from './given.js';

describe('when Landscape does not behave', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('a time-out is tried again up to five times, for what only reads', async () => {
    world.simulator.faults.drop({ match: { path: '/api/v2/computers' }, times: 4 });
    expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(5);
    world.simulator.faults.drop({ match: { path: '/api/v2/computers' }, times: 5 });
    const error = await failureOf(world.plane.countScope(world.ctx, { order: newer() }));
    expect(error).to.include({ code: 'PLANE_UNREACHABLE', errorClass: 'transient' });
    expect(error.details).to.include({ attempts: 5 });
  });

  it('questions by POST are tried again as well, changes are not', async () => {
    await publish(world, newer());
    world.simulator.faults.unavailable({ match: { path: '/api/', writes: false }, times: 2 });
    expect((await assign(world, newer())).map(({ kind }) => kind)).to.include('create_profile');
    const before = count(world, 'EditPackageProfile');
    await publish(world, older());
    world.simulator.faults.inject({
      kind: 'status',
      status: 500,
      match: { path: '/api/', writes: true },
      times: 1,
      skip: 0,
    });
    const error = await failureOf(assign(world, older()));
    expect(error).to.include({ errorClass: 'transient' });
    expect(count(world, 'EditPackageProfile') - before, 'sent once').to.equal(1);
  });

  it('a throttled request waits as long as it is asked to', async () => {
    const began = world.clock.now().getTime();
    world.simulator.faults.throttle({ times: 1, retryAfterSeconds: 7 });
    await publish(world, newer());
    expect(world.clock.now().getTime() - began).to.be.at.least(7_000);
  });

  it('a stale answer makes no second profile', async () => {
    await publish(world, newer());
    world.simulator.faults.staleRead({ match: { path: '/api/', writes: false }, times: 2 });
    await assign(world, newer()).catch(() => undefined);
    world.simulator.faults.clear();
    await assign(world, newer());
    expect(world.simulator.ledger.count('profile_created')).to.equal(1);
  });

  it('a success that changed nothing is found out', async () => {
    await publish(world, newer());
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: [{ name: 'eucora-example-tool-lab' }],
      match: { path: '/api/', writes: true },
      times: 1,
    });
    expect(await failureOf(assign(world, newer()))).to.include({
      code: 'PLANE_NOT_CONVERGING',
      errorClass: 'transient',
    });
    expect((await assign(world, newer())).map(({ kind }) => kind)).to.deep.equal(['create_profile', 'associate_tags']);
  });

  it('an answer of another shape is no answer', async () => {
    const shapes: [string, unknown][] = [
      ['/api/', { error: 'none' }],
      ['/api/', [{ title: 'no name' }]],
      ['/debarchive/v1beta1/publications/{id}', { displayName: 'no name' }],
      ['/debarchive/v1beta1/locals/{id}', []],
    ];
    for (const [path, body] of shapes) {
      world.simulator.faults.inject({ kind: 'wrongSuccess', body, match: { path }, times: 1 });
      const error = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
      expect(error, JSON.stringify(body)).to.include({ code: 'PLANE_ANSWER_INVALID' });
      world.simulator.faults.clear();
    }
    await deploy(world, newer());
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: { localPackages: 'none' },
      match: { path: '/debarchive/v1beta1/locals/{id}/packages' },
      times: 1,
    });
    expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.include({
      code: 'PLANE_ANSWER_INVALID',
    });
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      body: { items: [] },
      match: { path: '/api/v2/computers' },
      times: 1,
    });
    expect(await failureOf(statesOf(world, newer()))).to.include({ code: 'PLANE_ANSWER_INVALID' });
  });

  it('an answer without what was asked for is no answer', async () => {
    const early = await givenWorld({ connect: true });
    const answers: [string, unknown][] = [
      ['/api/v2/about', {}],
      ['/api/v2/about', { package_version: 'unknown' }],
      ['/api/v2/login/access-key', { current_account: 'onward' }],
    ];
    for (const [path, body] of answers) {
      await early.plane.connect(early.ctx);
      early.simulator.faults.inject({ kind: 'wrongSuccess', body, match: { path }, times: 1 });
      expect(await failureOf(publish(early, newer())), path).to.include({ code: 'PLANE_ANSWER_INVALID' });
    }
    const operations: [string, unknown][] = [
      ['importPackages$', {}],
      [':publish$', { done: true }],
    ];
    for (const [path, body] of operations) {
      early.simulator.faults.inject({ kind: 'wrongSuccess', body, match: { path: new RegExp(path) }, times: 1 });
      expect(await failureOf(publish(early, newer())), path).to.include({ code: 'PLANE_ANSWER_INVALID' });
    }
    await early.stop();
  });

  it('a wait that takes too long ends, and goes on where it was', async () => {
    const slow = await givenWorld({ delays: { import: 900_000 } });
    const journal = journalOf(slow);
    const error = await failureOf(slow.plane.publishPackage(slow.ctx, { order: newer(), journal }));
    expect(error).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    await slow.plane.publishPackage(slow.ctx, { order: newer(), journal });
    expect(slow.simulator.ledger.count('package_imported')).to.equal(1);
    await slow.stop();
  });

  it('waits for a publication that somebody began, and takes it if it has the package', async () => {
    const journal = journalOf(world);
    world.simulator.faults.acceptThenDropConnection({ match: { path: /:publish$/ }, times: 1 });
    await failureOf(world.plane.publishPackage(world.ctx, { order: newer(), journal }));
    await world.plane.publishPackage(world.ctx, { order: newer(), journal });
    expect(world.simulator.ledger.count('published')).to.equal(1);
  });
});

describe('when Landscape does not know us', () => {
  for (const legacyAuth of ['jwt', 'signature'] as const) {
    it(`a wrong key is told as that, with ${legacyAuth}`, async () => {
      const world = await givenWorld({ settings: { legacyAuth, secretKey: 'env:OTHER' } });
      const wrong = givenContext(world.clock, { accessKey: world.simulator.accessKey, secretKey: 'wrong' });
      const ctx = {
        ...wrong,
        secrets: { resolve: async (name: string) => (name === 'env:OTHER' ? 'wrong' : wrong.secrets.resolve(name)) },
      };
      const error = await failureOf(collectedAssignments(world, ctx));
      expect(error).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
      expect(error.remedy).to.contain('secretKey');
      expect(JSON.stringify([error.message, error.details])).not.to.contain('wrong"');
      await world.stop();
    });
  }

  it('a clock that is wrong is told as that, with the trailing slash', async () => {
    const world = await givenWorld({
      settings: { legacyAuth: 'signature' },
      signInClock: virtualClock('2026-01-06T08:00:00Z'),
    });
    const error = await failureOf(collectedAssignments(world, world.ctx));
    expect(error).to.include({ code: 'PLANE_UNAUTHENTICATED' });
    expect(error.remedy).to.match(/clock.*slash/);
    await world.stop();
  });

  it('a key pair of another account is a mistake of the configuration', async () => {
    const world = await givenWorld({ settings: { account: 'upside' } });
    const error = await failureOf(publish(world, newer()));
    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect(error.message).to.contain('"onward"').and.to.contain('"upside"');
    await world.stop();
  });

  it('a token that was revoked is replaced once', async () => {
    const world = await givenWorld();
    await publish(world, newer());
    world.simulator.revokeTokens();
    await assign(world, newer());
    expect(world.simulator.requests.filter(({ path }) => path.endsWith('/login/access-key'))).to.have.length(2);
    await world.stop();
  });

  it('a missing permission is for a person', async () => {
    const world = await givenWorld();
    await publish(world, newer());
    world.simulator.faults.inject({
      kind: 'status',
      status: 400,
      body: { error: 'Unauthorised', message: 'not in this access group' },
      match: { path: '/api/', writes: true },
    });
    const error = await failureOf(assign(world, newer()));
    expect(error).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(error.remedy).to.contain('access group');
    await world.stop();
  });

  it('a certificate that nobody vouches for is permanent, and a configured authority is handed on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const config = givenConfig({
      url: `https://127.0.0.1:${port}`,
      accessKey: 'env:ACCESS_KEY',
      secretKey: 'env:SECRET_KEY',
      caCertificate: 'env:CA',
    });
    const plane = landscape(config, 'landscape');
    const clock = virtualClock({ autoAdvance: true });
    const ctx = givenContext(clock, { accessKey: 'a', secretKey: 's' });
    expect(await failureOf(plane.connect(ctx))).to.include({ code: 'SECRET_NOT_FOUND' });
    const withCa = { ...ctx, secrets: { resolve: async (name: string) => (name === 'env:CA' ? 'no PEM' : name) } };
    await plane.connect(withCa);
    const { healthy, detail } = await plane.check(withCa);
    expect(healthy).to.equal(false);
    expect(detail).to.match(/\S/);
    await plane.disconnect(withCa);
    await new Promise((resolve) => server.close(resolve));
  });
});

const count = ({ simulator }: World, action: string) =>
  simulator.requests.filter(({ body }) => (body as { action?: string } | undefined)?.action === action).length;

async function collectedAssignments({ plane }: World, ctx: World['ctx'] | Parameters<World['plane']['check']>[0]) {
  for await (const page of plane.listAssignments(ctx)) void page;
}
