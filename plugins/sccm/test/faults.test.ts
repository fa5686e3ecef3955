import { expect } from 'chai';
import { isEucoraError } from '@eucora/sdk';
import { eventually, type Fault } from '@eucora/sdk/testing';
import { failureOf, givenWorld, LAB, newer, older, type World } from './given.js';
import { applicationOf, deploy, journalOf, shown } from './steps.js';

/** The writes of taking a new version over from an older one, in order. */
const WRITES = [
  'author the application',
  'distribute it',
  'distribute it to a point',
  'take the older one off',
  'put it on',
];
const SETTINGS = { distributionPoints: ['dp09.contoso.example'] };

describe('a publish that meets trouble', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld({ settings: SETTINGS });
    await deploy(world, older());
    await world.clock.advance(3_600_000);
  });
  afterEach(() => world.stop());

  const troubles: Record<string, (nth: number) => Fault> = {
    '429 with Retry-After': (nth) => ({ kind: 'throttle', retryAfterSeconds: 3, ...atWrite(nth) }),
    '429 without Retry-After': (nth) => ({ kind: 'throttle', ...atWrite(nth) }),
    '503 again and again': (nth) => ({ kind: 'unavailable', times: 4, ...atWrite(nth) }),
    'an acceptance whose answer is lost': (nth) => ({ kind: 'acceptThenDropConnection', ...atWrite(nth) }),
    'a connection that is cut before': (nth) => ({ kind: 'drop', ...atWrite(nth) }),
    'half an answer': (nth) => ({ kind: 'cutJson', ...atWrite(nth) }),
    'a page for people': (nth) => ({ kind: 'html', ...atWrite(nth) }),
    'a success that did nothing': (nth) => ({ kind: 'wrongSuccess', ...atWrite(nth) }),
  };
  for (const [name, trouble] of Object.entries(troubles)) {
    for (const [nth, write] of WRITES.entries()) {
      it(`${name}, told to ${write}, makes nothing twice and loses nothing`, async () => {
        world.simulator.faults.inject(trouble(nth));
        await takeOver(world);
        expect(world.simulator.faults.waiting, 'the trouble was met').to.equal(0);
        expectTakenOver(world);
      });
    }
  }

  for (const skip of [0, 4, 8, 12, 16, 20, 24]) {
    it(`reads that are behind, after ${skip} that were not, make nothing twice and lose nothing`, async () => {
      world.simulator.faults.staleRead({ skip, times: 3 });
      await takeOver(world);
      expect(world.simulator.faults.waiting, 'the trouble was met').to.equal(0);
      expectTakenOver(world);
    });
  }

  it('lists that lag behind are waited for', async () => {
    const lagging = await givenWorld({ settings: SETTINGS, delays: { listLag: 6_000 } });
    await deploy(lagging, older());
    await lagging.clock.advance(3_600_000);
    await takeOver(lagging);
    expectTakenOver(lagging);
    await lagging.stop();
  });
});

describe('an answer that never comes', () => {
  const asked: Record<string, Fault['match']> = {
    'for the applications': { method: 'GET', path: /SMS_Application$/ },
    'for a new application': { method: 'POST', path: /applications$/ },
    'for a deployment': { method: 'POST', path: /SMS_ApplicationAssignment$/ },
    'for a deletion': { method: 'DELETE' },
  };
  for (const [what, match] of Object.entries(asked)) {
    it(`${what} is given up in its time, and the work goes on`, async function () {
      this.timeout(0);
      const world = await givenWorld({ settings: { ...SETTINGS, requestTimeoutMs: 500, authoringDeadlineMs: 1_000 } });
      await deploy(world, older());
      await world.clock.advance(3_600_000);
      world.simulator.faults.inject({ kind: 'hang', match: match! });
      await takeOver(world);
      expectTakenOver(world);
      expect(world.simulator.requests.filter(({ fault }) => fault === 'hang')).to.have.length(1);
      await world.stop();
    });
  }
});

describe('a success that is none', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('carries an error in a 2xx, and is a failure', async () => {
    const body = { error: { code: '500', message: 'the provider failed' } };
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      status: 201,
      body,
      match: { path: /AddDistributionPointGroup/ },
    });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_REJECTED' });
    expect(failure.message).to.contain('the provider failed');
  });

  it('returns a number that is not zero, and is a failure', async () => {
    const body = { ReturnValue: 2147749889 };
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      status: 201,
      body,
      match: { path: /AddDistributionPointGroup/ },
    });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_REJECTED' });
    expect(failure.message).to.contain('2147749889');
    expect(failure.details).to.include({ return_value: 2147749889 });
    expect(applicationOf(world).sentToGroups.size).to.equal(0);
  });

  it('is a list that is no list', async () => {
    const match = { path: /SMS_ApplicationAssignment$/, writes: false };
    await deploy(world, newer());
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: { value: null }, match });
    expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.include({
      code: 'PLANE_ANSWER_INVALID',
    });
  });

  it('is a list that is not in its order', async () => {
    const value = Array.from({ length: 1_000 }, () => ({ CI_ID: null }));
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: { value }, match: { path: /SMS_Application$/ } });
    const failure = await failureOf(world.plane.queryState(world.ctx, { order: newer() }));
    expect(failure.message).to.contain('not in the order of CI_ID');
  });

  it('is a page for people in place of $metadata', async () => {
    const other = await givenWorld({ connect: false });
    other.simulator.faults.html({ times: 20 });
    await other.plane.connect(other.ctx);
    expect(other.ctx.logged[0]!.fields).to.have.property('reason').that.contains('no CSDL');
    await other.stop();
  });

  it('makes a deployment that we cannot see, and is not tried again', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    const body = { AssignmentID: 4711 };
    world.simulator.faults.inject({
      kind: 'wrongSuccess',
      status: 201,
      body,
      match: { method: 'POST', path: /ApplicationAssignment$/ },
    });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(failure.message).to.contain('4711').and.contain(LAB);
  });

  it('throws nothing but our own errors', async () => {
    for (const kind of ['html', 'cutJson', 'drop', 'wrongSuccess'] as const) {
      world.simulator.faults.inject({ kind, times: Infinity });
      await deploy(world, newer()).catch((cause: unknown) =>
        expect(isEucoraError(cause), String(cause)).to.equal(true),
      );
      world.simulator.faults.clear();
    }
  });
});

/** Goes on over what passes, as the engine would. */
async function takeOver(world: World): Promise<void> {
  const journal = journalOf(world);
  const request = { order: newer(), journal };
  await eventually(
    () => world.plane.remediate(world.ctx, request),
    (ms) => world.clock.advance(ms),
  );
}

function expectTakenOver(world: World): void {
  const { applications } = world.simulator.state;
  expect([...applications.values()].map(({ displayName }) => displayName).sort()).to.deep.equal([
    'EUCORA Example Tool 1.0.0',
    'EUCORA Example Tool 2.0.0',
  ]);
  expect(shown(world)).to.deep.equal([`2.0.0 required on ${LAB}`]);
  expect([...applicationOf(world).sentToGroups.keys()]).to.have.length(1);
  expect([...applicationOf(world).sentToPoints.keys()]).to.deep.equal(['dp09.contoso.example']);
}

function atWrite(nth: number) {
  return { match: { writes: true }, skip: nth };
}
