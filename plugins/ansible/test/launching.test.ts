import { expect } from 'chai';
import { PROMPTS, type Prompt } from '../simulator/state.js';
import {
  assign,
  assignmentsIn,
  deploy,
  failureOf,
  givenWorld,
  HOUR,
  jobsOf,
  KIOSKS,
  kindsOf,
  LAB,
  MINUTE,
  newer,
  older,
  publish,
  remediate,
  type World,
} from './given.js';

describe('launching', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { repositoryTemplate: undefined } })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  it('gives the job the correlation id, the label, the limit and a time', async () => {
    await deploy(world, newer({ scope: { include: [LAB], exclude: [KIOSKS] } }));
    const [job] = jobsOf(world);
    expect(job).to.include({ limit: 'tag_lab:!tag_kiosk', timeout: 7_200 });
    expect(job!.extraVars).to.include({
      eucora_correlation_id: newer().correlationId,
      eucora_limit: job!.limit,
      eucora_asked_hosts: 4,
    });
    expect(job!.labels.map((id) => world.simulator.state.labels.get(id)?.name)).to.deep.equal([
      `eucora-${newer().correlationId}`,
    ]);
    expect(job!.hosts).to.have.members(['lab-0', 'lab-1', 'lab-2', 'lab-3']);
  });

  for (const prompt of ['variables', 'limit', 'labels'] as const) {
    it(`refuses a template that does not prompt for ${prompt}, before anything is launched`, async () => {
      await promptFor(PROMPTS.filter((one) => one !== prompt));
      await publish(world, newer());
      const refusal = await failureOf(assign(world, newer()));
      expect(refusal).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
      expect(refusal.remedy).to.include(`switch on ask_${prompt}_on_launch`);
      expect(jobsOf(world)).to.have.length(0);
      const heartbeat = await world.plane.check(world.ctx);
      expect(heartbeat.healthy).to.equal(false);
      expect(heartbeat.detail).to.include(`ask_${prompt}_on_launch`);
    });
  }

  it('does without labels where it is told to, and without a prompt for the time', async () => {
    const plain = await givenWorld({ settings: { labels: false, repositoryTemplate: undefined } });
    plain.simulator.state.templates.get(7)!.asks = ['variables', 'limit'];
    await deploy(plain, newer());
    expect(jobsOf(plain)[0]).to.deep.include({ labels: [], timeout: 0 });
    expect(plain.simulator.state.labels.size).to.equal(0);
    await plain.stop();
  });

  it('refuses a template of another inventory, unless it prompts for it', async () => {
    const elsewhere = await givenWorld({
      installTemplate: { inventory: 3, asks: ['variables', 'limit', 'labels'] },
      settings: { repositoryTemplate: undefined },
    });
    await publish(elsewhere, newer());
    expect((await failureOf(assign(elsewhere, newer()))).remedy).to.include('give it inventory 2');
    elsewhere.simulator.state.templates.get(7)!.asks = PROMPTS;
    await assign(elsewhere, newer());
    expect(jobsOf(elsewhere)[0]).to.include({ inventory: 2 });
    await elsewhere.stop();
  });

  it('refuses a template whose survey or credential asks for what nobody can type', async () => {
    const asking = await givenWorld({
      installTemplate: { surveyRequires: ['site_id'], passwordsNeeded: ['ssh_password'] },
      settings: { repositoryTemplate: undefined },
    });
    await publish(asking, newer());
    const refusal = await failureOf(assign(asking, newer()));
    expect(refusal.remedy).to.match(/site_id: make them optional; its credential asks for ssh_password/);
    await asking.stop();
  });

  it('cancels at once a job that was started without its limit', async () => {
    await publish(world, newer());
    world.simulator.onAccepted(({ path }) => {
      if (path.endsWith('/labels/')) void promptFor(['variables', 'labels']);
    });
    const honest = JSON.parse(JSON.stringify(await preflight())) as object;
    world.simulator.faults.inject({ kind: 'wrongSuccess', body: honest, match: { method: 'GET', path: /launch\/$/ } });
    const refusal = await failureOf(assign(world, newer()));
    expect(refusal).to.include({ code: 'CONFIG_INVALID', errorClass: 'permanent' });
    expect(refusal.message).to.match(/without limit/);
    await world.clock.advance(MINUTE);
    expect(await statusOf(jobsOf(world)[0]!.id)).to.equal('canceled');
  });

  it('finds a job whose answer was lost by its label, and without labels by listing', async () => {
    for (const labels of [true, false]) {
      const lossy = await givenWorld({ settings: { labels, repositoryTemplate: undefined } });
      await publish(lossy, newer());
      lossy.simulator.faults.acceptThenDropConnection({ match: { path: /launch\/$/, writes: true } });
      expect(await failureOf(assign(lossy, newer()))).to.include({ code: 'PLANE_UNREACHABLE' });
      expect(kindsOf(await assign(lossy, newer()))).to.deep.equal(['note_launch']);
      expect(jobsOf(lossy)).to.have.length(1);
      expect(assignmentsIn(lossy)[0]?.launches.map(({ job }) => job)).to.deep.equal([jobsOf(lossy)[0]!.id]);
      await lossy.stop();
    }
  });

  it('launches once for each thing that was wanted, whichever answer was lost', async () => {
    await publish(world, newer());
    await assign(world, newer());
    for (let nth = 0; nth < 4; nth++) {
      const lossy = await givenWorld({ settings: { repositoryTemplate: undefined } });
      await publish(lossy, newer());
      lossy.simulator.faults.acceptThenDropConnection({ skip: nth });
      await assign(lossy, newer()).catch(() => undefined);
      await assign(lossy, newer());
      const launches = jobsOf(lossy).map(({ extraVars }) => extraVars.eucora_launch);
      expect(launches, `after the answer to write ${nth + 1} was lost`).to.have.length(1);
      await lossy.stop();
    }
  });

  it('waits for a job of the same template: pending is no error', async () => {
    await publish(world, newer());
    await publish(world, newer({ package: { ...newer().package, name: 'Other Tool' } }));
    await assign(world, newer());
    await assign(world, newer({ package: { ...newer().package, name: 'Other Tool' } }));
    await world.clock.advance(5 * MINUTE);
    expect(await Promise.all(jobsOf(world).map(({ id }) => statusOf(id)))).to.deep.equal(['running', 'pending']);
    await world.clock.advance(HOUR);
    expect(await Promise.all(jobsOf(world).map(({ id }) => statusOf(id)))).to.deep.equal(['successful', 'successful']);
  });

  it('stops what still runs for the old wish before it goes for the new one', async () => {
    await deploy(world, older());
    await world.clock.advance(MINUTE);
    const done = await deploy(world, newer());
    expect(kindsOf(done)).to.deep.equal([
      'create_package',
      'cancel_job',
      'change_assignment',
      'create_label',
      'launch_install',
      'note_launch',
    ]);
    const [first, second] = jobsOf(world);
    expect(await statusOf(first!.id)).to.equal('canceled');
    expect(second?.extraVars).to.include({ eucora_package_version: '2.0.0' });
  });

  it('cancels a job that never ends, and tries again later', async () => {
    const stuck = await givenWorld({
      settings: { repositoryTemplate: undefined, jobDeadlineMs: HOUR },
      delays: { start: 24 * HOUR },
    });
    await deploy(stuck, newer());
    await stuck.clock.advance(HOUR + MINUTE);
    expect(kindsOf(await remediate(stuck, newer()))).to.deep.equal(['cancel_job']);
    expect(kindsOf(await remediate(stuck, newer())), 'not at once').to.deep.equal([]);
    await stuck.clock.advance(HOUR);
    expect(kindsOf(await remediate(stuck, newer()))).to.deep.equal(['launch_install', 'note_launch']);
    await stuck.stop();
  });

  it('launches anew where somebody deleted the job', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    world.simulator.state.jobs.clear();
    expect(kindsOf(await remediate(world, newer()))).to.deep.equal(['launch_install', 'note_launch']);
  });

  it('launches nothing for what is only offered, or for an empty group', async () => {
    await deploy(world, newer({ purpose: 'available' }));
    expect(jobsOf(world)).to.have.length(0);
    for (const host of world.simulator.state.hosts.values()) host.enabled = false;
    await deploy(world, newer());
    expect(jobsOf(world)).to.have.length(0);
    expect(assignmentsIn(world).map(({ purpose }) => purpose)).to.deep.equal(['required']);
  });

  it('stops an installation that is now only offered', async () => {
    await deploy(world, newer());
    await world.clock.advance(MINUTE);
    expect(kindsOf(await remediate(world, newer({ purpose: 'available' })))).to.deep.equal([
      'cancel_job',
      'change_assignment',
    ]);
  });

  async function promptFor(asks: readonly Prompt[]): Promise<void> {
    world.simulator.state.templates.get(world.simulator.installTemplate)!.asks = asks;
  }

  const get = async (path: string) => {
    const { url, token } = world.simulator;
    const answer = await fetch(`${url}/api/v2${path}`, { headers: { authorization: `Bearer ${token}` } });
    return (await answer.json()) as { status: string };
  };
  const preflight = () => get('/job_templates/7/launch/');
  const statusOf = async (job: number) => (await get(`/jobs/${job}/`)).status;
});
