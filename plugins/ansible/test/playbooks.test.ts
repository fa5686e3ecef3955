import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { DeviceState, Order, Package } from '@eucora/sdk';
import { memoryJournal, realClock, testContext, type TestContext } from '@eucora/sdk/testing';
import { ansible } from '../src/plane.js';
import type { JobLine } from '../src/telemetry.js';
import { startAwxSimulator, type AwxSimulator, type SimJob } from '../simulator/index.js';
import { collected, givenConfig, LAB, newer, settingsFor } from './given.js';
import {
  givenWorkshop,
  installedProbe,
  PROBE,
  purgeProbe,
  warnOf,
  whyNotLinted,
  whyNotReally,
  type Workshop,
} from './real-ansible.js';

const FOLDER = fileURLToPath(new URL('../playbooks/', import.meta.url));
const GHOSTS = 'tag_ghosts';

describe('the playbooks, really run', function () {
  this.timeout(600_000);
  const reason = whyNotReally();
  if (reason) {
    warnOf(reason, 'the playbooks are NOT run, and nothing is really installed');
    it(`install, upgrade, downgrade and remove a package: NOT TRIED, ${reason}`);
    return;
  }

  let workshop: Workshop;
  let simulator: AwxSimulator;
  let plane: ReturnType<typeof ansible>;
  let ctx: TestContext;
  let first: Package;
  let second: Package;
  let removal: number;

  before(async () => {
    purgeProbe();
    workshop = await givenWorkshop();
    first = await workshop.probe('1.0.0');
    second = await workshop.probe('2.0.0-1');
    simulator = await startAwxSimulator({
      runner: 'ansible-playbook',
      playbooks: { environment: workshop.environment },
      delays: { events: 0 },
      repositoryTemplate: { extraVars: { eucora_repository_path: workshop.repository } },
      fleet: {
        seed: 1,
        devices: [
          { id: 'localhost', groups: [LAB], platform: 'linux' },
          { id: 'ghost', groups: [GHOSTS], platform: 'linux' },
        ],
      },
    });
    const ghost = [...simulator.state.hosts.values()].find(({ name }) => name === 'ghost')!;
    ghost.variables = JSON.stringify({ ansible_host: '127.0.0.1', ansible_port: 1 });
    const config = await givenConfig({ ...settingsFor(simulator), artifactUrl: workshop.artifactUrl, pollMs: 100 });
    plane = ansible(config, 'ansible');
    ctx = testContext({ clock: realClock, secrets: { 'env:AWX_TOKEN': simulator.token } });
    await plane.connect(ctx);
  });
  after(async () => {
    await plane?.disconnect(ctx);
    await simulator?.close();
    await workshop?.close();
    purgeProbe();
  });

  it('put a package into a repository and install it from there', async () => {
    await deploy(orderOf(first));
    expect(installedProbe(), lastWords()).to.equal('1.0.0');
    expect(await states(orderOf(first))).to.deep.equal(['localhost installed 1.0.0']);
  });

  it('change nothing the second time', async () => {
    const records = [...simulator.state.groups.values()].filter(({ name }) => name.includes('_target_'));
    for (const { id } of records) simulator.state.groups.delete(id);
    await deploy(orderOf(first));
    expect(lastJob().result?.stats?.localhost).to.include({ changed: 0, failures: 0 });
  });

  it('upgrade', async () => {
    await deploy(orderOf(second));
    expect(installedProbe(), lastWords()).to.equal('2.0.0-1');
    expect(await states(orderOf(second))).to.deep.equal(['localhost installed 2.0.0-1']);
  });

  it('downgrade, which is a rollback', async () => {
    await takeBack(orderOf(second), first);
    expect(installedProbe(), lastWords()).to.equal('1.0.0');
    expect(await states(orderOf(first))).to.deep.equal(['localhost installed 1.0.0']);
  });

  it('remove, which is the other rollback', async () => {
    await takeBack(orderOf(first));
    removal = lastJob().id;
    expect(installedProbe(), lastWords()).to.equal(undefined);
    expect(await states(orderOf(first, { purpose: 'uninstall' }))).to.deep.equal(['localhost absent']);
  });

  it('fetch it themselves where there is no repository, and believe only the digest', async () => {
    const settings = { ...settingsFor(simulator), artifactUrl: workshop.artifactUrl, repositoryTemplate: undefined };
    const direct = ansible(await givenConfig(settings), 'ansible');
    await direct.connect(ctx);
    await direct.remediate(ctx, { order: orderOf(second), journal: memoryJournal() });
    await simulator.settled();
    expect(installedProbe(), lastWords()).to.equal('2.0.0-1');

    const forged = { ...first, version: '3.0.0', artifact: { ...first.artifact, sha256: 'f'.repeat(64) } };
    await direct.remediate(ctx, { order: orderOf(forged), journal: memoryJournal() });
    await simulator.settled();
    expect(lastJob().result).to.include({ status: 'failed' });
    expect(installedProbe(), 'nothing was put in its place').to.equal('2.0.0-1');
    await direct.disconnect(ctx);
  });

  it('tell line by line what they did', async () => {
    const lines: JobLine[] = [];
    for await (const line of plane.jobLines(ctx, removal)) lines.push(line);
    const work = lines.find(({ task }) => task === 'Bring the package to its state with apt' && task !== null);
    expect(work).to.include({ correlation_id: newer().correlationId, job_id: removal });
    expect(lines.filter(({ status, host }) => status === 'changed' && host === 'localhost')).to.have.length(1);
    expect(lines.at(-1)).to.include({ event_type: 'playbook_on_stats', status: 'successful', rc: null });
  });

  it('say so when a host cannot be reached, and when a version is nowhere to be had', async () => {
    const ghosts = orderOf(first, { scope: { include: [GHOSTS] } });
    await deploy(ghosts);
    expect(lastJob().result).to.include({ status: 'failed' });
    expect(await states(ghosts)).to.deep.equal(['ghost unknown unreachable']);

    const nowhere = orderOf({ ...first, version: '9.9.9', detection: [{ kind: 'package', name: PROBE }] });
    const missing = ansible(
      await givenConfig({ ...settingsFor(simulator), repositoryTemplate: undefined, artifactUrl: undefined }),
      'ansible',
    );
    await missing.connect(ctx);
    await missing.remediate(ctx, { order: nowhere, journal: memoryJournal() });
    await simulator.settled();
    expect((await collected(missing.deviceStates(ctx, { order: nowhere }))).map(({ status }) => status)).to.deep.equal([
      'failed',
    ]);
    expect(lastJob().result?.artifacts).to.satisfy((left: object) => JSON.stringify(left).includes('9.9.9'));
    await missing.disconnect(ctx);
  });

  it('refuse to run where the limit is not the one that the hub asked for', async () => {
    const body = { extra_vars: { ...lastJob().extraVars, eucora_limit: 'tag_lab' }, limit: `${LAB}:${GHOSTS}` };
    await fetch(`${simulator.url}/api/v2/job_templates/${simulator.installTemplate}/launch/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await simulator.settled();
    expect(lastJob().result).to.include({ status: 'failed' });
    const failed = lastJob().result!.events.filter(({ event }) => event === 'runner_on_failed');
    expect(failed.map(({ task }) => task)).to.include('Refuse to run on other hosts than those that were meant');
    expect(lastJob().result?.stats?.localhost).to.include({ changed: 0, failures: 1 });
  });

  /** For whoever reads a failure: what the last play said of it. */
  const lastWords = () =>
    JSON.stringify(
      lastJob()
        .result?.events.filter(({ failed }) => failed)
        .map(({ task, data }) => [task, data]),
    );
  const orderOf = (pkg: Package, overrides: Partial<Order> = {}) => newer({ package: pkg, ...overrides });
  const lastJob = () => [...simulator.state.jobs.values()].at(-1)!;

  async function deploy(order: Order): Promise<void> {
    await plane.remediate(ctx, { order, journal: memoryJournal() });
    await simulator.settled();
  }

  async function takeBack(order: Order, previous?: Package): Promise<void> {
    await plane.rollback(ctx, { order, journal: memoryJournal(), ...(previous && { previous }) });
    await simulator.settled();
  }

  const states = async (order: Order) => (await collected(plane.deviceStates(ctx, { order }))).map(told);
  const told = ({ deviceId, status, version, errorCode }: DeviceState) =>
    [deviceId, status, version ?? errorCode].filter(Boolean).join(' ');
});

describe('a real playbook that is cancelled', function () {
  this.timeout(120_000);
  const reason = whyNotReally();
  if (reason) {
    it(`ends with all of its processes: NOT TRIED, ${reason}`);
    return;
  }

  it('ends with all of its processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eucora-playbook-'));
    const mark = join(folder, 'started');
    await writeFile(
      join(folder, 'package_install.yml'),
      JSON.stringify([
        { hosts: 'all', gather_facts: false, tasks: [{ 'ansible.builtin.shell': `echo $$ > ${mark}; sleep 300` }] },
      ]),
    );
    const simulator = await startAwxSimulator({
      runner: 'ansible-playbook',
      playbooks: { folder },
      fleet: { seed: 1, devices: [{ id: 'localhost', groups: [LAB], platform: 'linux' }] },
    });
    const ask = (path: string, body?: object) =>
      fetch(`${simulator.url}/api/v2${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${simulator.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const { job } = (await (await ask('/job_templates/7/launch/', {})).json()) as { job: number };
    const pid = await written(mark, simulator.state.jobs.get(job)!);
    expect((await ask(`/jobs/${job}/cancel/`)).status).to.equal(202);
    await simulator.settled();
    expect(simulator.state.jobs.get(job)?.result?.status).to.equal('canceled');
    expect(await stateOf(pid), 'the shell of the task').to.be.oneOf(['Z', 'gone']);
    expect((await ask(`/jobs/${job}/cancel/`)).status).to.equal(405);
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  /** `Z`: it has ended, and whoever should take note of it has not yet. */
  const stateOf = async (pid: number) =>
    /^State:\s+(\w)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 'gone';

  async function written(file: string, job: SimJob): Promise<number> {
    while (!job.result) {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (text.trim() !== '') return Number(text);
      await realClock.sleep(50);
    }
    throw new Error(`the job ended: ${job.result.stdout}`);
  }
});

describe('the playbooks, as they are written', function () {
  this.timeout(120_000);
  const reason = whyNotLinted();
  if (reason) {
    warnOf(reason, 'the playbooks are NOT linted');
    it(`pass ansible-lint's production profile: NOT TRIED, ${reason}`);
    return;
  }

  it("pass ansible-lint's production profile", () => {
    const { status, stdout, stderr } = spawnSync(
      'ansible-lint',
      ['--offline', '--nocolor', '--profile', 'production', 'package_install.yml', 'repo_sync.yml'],
      { cwd: FOLDER, encoding: 'utf8' },
    );
    expect(status, `${stdout}${stderr}`).to.equal(0);
  });
});
