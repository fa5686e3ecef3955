import { expect } from 'chai';
import { eventually, memoryJournal } from '@eucora/sdk/testing';
import {
  assign,
  assignmentsIn,
  collected,
  deploy,
  failureOf,
  givenWorld,
  HOUR,
  jobsOf,
  newer,
  packagesIn,
  publish,
  remediate,
  type World,
} from './given.js';

describe('faults', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { repositoryTemplate: undefined } })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  for (const status of [502, 503, 504]) {
    it(`${status} of a proxy passes on a read, and leaves a write in doubt until it was looked for`, async () => {
      await publish(world, newer());
      world.simulator.faults.inject({ kind: 'status', status, match: { writes: false } });
      await world.plane.queryState(world.ctx, { order: newer() });
      world.simulator.faults.inject({ kind: 'status', status, match: { path: /launch\/$/, writes: true } });
      const refusal = await failureOf(assign(world, newer()));
      expect(refusal).to.include({ errorClass: 'transient' });
      expect(refusal.details).to.include({ outcome: 'unknown' });
      await assign(world, newer());
      expect(jobsOf(world)).to.have.length(1);
    });
  }

  it('429 of a gateway is waited out as it asks', async () => {
    world.simulator.faults.throttle({ times: 3, retryAfterSeconds: 7 });
    const before = world.clock.now().getTime();
    await deploy(world, newer());
    expect(world.clock.now().getTime() - before).to.be.at.least(21_000);
    expect(jobsOf(world)).to.have.length(1);
  });

  it('a launch of unknown outcome is not repeated while it may still be under way', async () => {
    await publish(world, newer());
    world.simulator.faults.drop({ match: { path: /launch\/$/, writes: true } });
    const started = world.clock.now().getTime();
    const journal = memoryJournal({ now: () => world.ctx.now() });
    await failureOf(world.plane.createAssignment(world.ctx, { order: newer(), journal }));
    await world.plane.createAssignment(world.ctx, { order: newer(), journal });
    const launched = jobsOf(world);
    expect(launched).to.have.length(1);
    expect(launched[0]!.createdAt - started).to.be.at.least(world.config.consistencyMs);
  });

  it('a stale read does no work twice', async () => {
    await publish(world, newer());
    world.simulator.faults.staleRead({ times: 6 });
    await eventually(
      () => assign(world, newer()),
      (ms) => world.clock.advance(ms),
    ).catch(() => undefined);
    world.simulator.faults.clear();
    await eventually(
      () => assign(world, newer()),
      (ms) => world.clock.advance(ms),
    );
    expect(packagesIn(world)).to.have.length(1);
    expect(assignmentsIn(world)).to.have.length(1);
    expect(new Set(jobsOf(world).map(({ extraVars }) => extraVars.eucora_launch)).size).to.equal(jobsOf(world).length);
  });

  const NO_AWX: readonly [string, object | string][] = [
    ['an empty object', {}],
    ['a list', []],
    ['a page for people', '<html>'],
    ['a page of rows that are none', { results: 'none' }],
  ];
  for (const [name, body] of NO_AWX) {
    it(`${name} with success is not taken for an empty plane`, async () => {
      await deploy(world, newer());
      world.simulator.faults.inject({ kind: 'wrongSuccess', body, match: { method: 'GET', path: /groups\/$/ } });
      expect(await failureOf(world.plane.queryState(world.ctx, { order: newer() }))).to.include({
        code: 'PLANE_ANSWER_INVALID',
        errorClass: 'transient',
      });
    });
  }

  it('success without the thing that was made is no success', async () => {
    const made: readonly [RegExp, () => Promise<unknown>][] = [
      [/groups\/$/, () => publish(world, newer())],
      [/labels\/$/, () => deploy(world, newer())],
      [/launch\/$/, () => deploy(world, newer())],
    ];
    for (const [path, work] of made) {
      world.simulator.faults.inject({ kind: 'wrongSuccess', status: 201, match: { path, writes: true } });
      expect(await failureOf(work()), String(path)).to.include({
        code: 'PLANE_ANSWER_INVALID',
        errorClass: 'transient',
      });
    }
    await deploy(world, newer());
    expect([packagesIn(world).length, assignmentsIn(world).length, jobsOf(world).length]).to.deep.equal([1, 1, 1]);
  });

  it('of any kind, answered to what is asked of a job, are not taken for results', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    const paths = [/jobs\/\d+\/$/, /job_host_summaries\/$/, /all_hosts\/$/];
    for (const path of paths) {
      world.simulator.faults.inject({ kind: 'wrongSuccess', body: {}, match: { path } });
      expect(
        await failureOf(collected(world.plane.deviceStates(world.ctx, { order: newer() }))),
        String(path),
      ).to.include({ code: 'PLANE_ANSWER_INVALID' });
    }
    for (const path of [/ping\/$/, /launch\/$/]) {
      world.simulator.faults.inject({ kind: 'wrongSuccess', body: {}, match: { path } });
      expect((await world.plane.check(world.ctx)).healthy, String(path)).to.equal(false);
    }
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: { results: [] }, match: { path: /all_hosts\/$/ } });
    expect(await failureOf(world.plane.countScope(world.ctx, { order: newer() }))).to.include({
      code: 'PLANE_ANSWER_INVALID',
    });
  });

  it('a breaker that opened closes again, and nothing was lost', async () => {
    await publish(world, newer());
    world.simulator.faults.unavailable({ times: 12 });
    await eventually(
      () => remediate(world, newer()),
      (ms) => world.clock.advance(ms),
    );
    expect(jobsOf(world)).to.have.length(1);
  });
});
