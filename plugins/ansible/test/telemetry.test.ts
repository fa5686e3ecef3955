import { expect } from 'chai';
import { collected, deploy, FLEET, givenWorld, HOUR, jobsOf, MINUTE, newer, type World } from './given.js';
import type { JobLine } from '../src/telemetry.js';

const settings = { repositoryTemplate: undefined };

describe('telemetry', () => {
  it('forwards the events of a job to the log, each once, under the correlation id of its run', async () => {
    const world = await givenWorld({ settings });
    await deploy(world, newer());
    await look(world);
    expect(forwarded(world)).to.deep.equal([]);
    await world.clock.advance(HOUR);
    await look(world);
    await look(world);
    const lines = forwarded(world);
    expect(lines.map(({ event_type }) => event_type)).to.deep.equal([
      'playbook_on_start',
      'playbook_on_play_start',
      'playbook_on_task_start',
      ...Array<string>(5).fill('runner_on_ok'),
      'playbook_on_stats',
    ]);
    expect(lines[3]).to.deep.include({
      correlation_id: newer().correlationId,
      status: 'changed',
      rc: null,
      host: 'lab-0',
      task: 'Bring the package to its state with apt',
      job_id: jobsOf(world)[0]!.id,
    });
    expect(lines.at(-1)).to.include({ status: 'successful', host: null });
    await world.stop();
  });

  it('forwards only what went wrong, or nothing, where it is told to', async () => {
    for (const [forwardEvents, expected] of [
      ['failures', 6],
      ['none', 0],
    ] as const) {
      const world = await givenWorld({ settings: { ...settings, forwardEvents }, fleet: { ...FLEET, failureRate: 1 } });
      await deploy(world, newer());
      await world.clock.advance(HOUR);
      await look(world);
      expect(forwarded(world)).to.have.length(expected);
      if (expected > 0) expect(forwarded(world)[0]).to.include({ status: 'failed', rc: 100 });
      await world.stop();
    }
  });

  it('forwards a long story over several looks', async () => {
    const devices = Array.from({ length: 2_500 }, (_, n) => ({
      id: `n-${n}`,
      groups: ['tag_big'],
      platform: 'linux' as const,
    }));
    const world = await givenWorld({ settings, fleet: { seed: 1, devices }, checked: false });
    const order = newer({ scope: { include: ['tag_big'] } });
    await deploy(world, order);
    await world.clock.advance(HOUR);
    await collected(world.plane.deviceStates(world.ctx, { order }));
    expect(forwarded(world)).to.have.length(2_000);
    await collected(world.plane.deviceStates(world.ctx, { order }));
    expect(forwarded(world)).to.have.length(2_504);
    await world.stop();
  });

  it('that cannot be read hinders nobody from telling how the hosts are', async () => {
    const world = await givenWorld({ settings });
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: {}, match: { path: /job_events\/$/ } });
    expect((await look(world)).map(({ status }) => status)).to.deep.equal(Array(5).fill('installed'));
    expect(world.ctx.logged.filter(({ level }) => level === 'warn').map(({ message }) => message)).to.deep.equal([
      'job events could not be forwarded; the next look tries again',
    ]);
    await look(world);
    expect(forwarded(world)).to.have.length(9);
    await world.stop();
  });

  it('gives the lines of one job to whoever asks', async () => {
    const world = await givenWorld({ settings });
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    const job = jobsOf(world)[0]!.id;
    expect((await linesOf(world, job)).map(({ counter }) => counter)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await linesOf(world, job, 7)).to.have.length(2);
    expect(await linesOf(world, 9_999)).to.deep.equal([]);
    for (const line of await linesOf(world, job)) expect(JSON.stringify(line)).not.to.include('\n');
    await world.stop();
  });
});

describe('the log', () => {
  it("has AWX's own name for each request, and no token", async () => {
    const world = await givenWorld({ settings });
    await deploy(world, newer());
    await world.clock.advance(MINUTE);
    const answers = world.ctx.logged.filter(({ message }) => message === 'AWX answered');
    expect(answers).to.have.length(world.simulator.requests.length);
    for (const { fields } of answers)
      expect(fields)
        .to.have.property('x_api_request_id')
        .that.matches(/^[0-9a-f]{32}$/);
    expect(JSON.stringify([world.ctx.logged, world.ctx.audited])).not.to.include(world.simulator.token);
    await world.stop();
  });
});

const look = ({ plane, ctx }: World) => collected(plane.deviceStates(ctx, { order: newer() }));
const forwarded = ({ ctx }: World) =>
  ctx.logged.filter(({ message }) => message === 'job event').map(({ fields }) => fields as JobLine);
async function linesOf({ plane, ctx }: World, job: number, after?: number): Promise<JobLine[]> {
  const lines: JobLine[] = [];
  for await (const line of plane.jobLines(ctx, job, after)) lines.push(line);
  return lines;
}
