import { expect } from 'chai';
import { readMark } from '@eucora/sdk';
import {
  CANARY,
  assign,
  assignmentsIn,
  deploy,
  failureOf,
  FLEET,
  givenWorld,
  HOUR,
  jobsOf,
  KIOSKS,
  kindsOf,
  LAB,
  MINUTE,
  newer,
  older,
  packagesIn,
  publish,
  recordsIn,
  remediate,
  type World,
} from './given.js';

describe('publishing', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { pollMs: MINUTE } })));
  afterEach(async () => {
    expect(world.simulator.violations).to.deep.equal([]);
    await world.stop();
  });

  const syncs = () => jobsOf(world, world.simulator.repositoryTemplate);

  it('puts the package into the repository, waits for it, and records that it can be had', async () => {
    expect(kindsOf(await publish(world, newer()))).to.deep.equal([
      'create_package',
      'create_label',
      'launch_sync',
      'confirm_package',
    ]);
    expect(packagesIn(world)).to.have.length(1);
    expect(packagesIn(world)[0]).to.include({
      ready: true,
      source: 'repository',
      sha256: newer().package.artifact.sha256,
    });
    expect(syncs()[0]?.extraVars).to.include({
      eucora_artifact_url: `https://artifacts.example.test/${newer().package.artifact.sha256}/example-tool.exe`,
    });
    expect(assignmentsIn(world)).to.deep.equal([]);
  });

  it('records only, where hosts get the package elsewhere', async () => {
    const bare = await givenWorld({ settings: { repositoryTemplate: undefined, artifactUrl: undefined } });
    expect(kindsOf(await publish(bare, newer()))).to.deep.equal(['create_package']);
    expect(packagesIn(bare)[0]).to.include({ ready: true, source: 'distribution' });
    expect(jobsOf(bare)).to.have.length(0);
    await bare.stop();
  });

  it('leaves a record that a person can read', async () => {
    await deploy(world, newer());
    const described = recordsIn(world).map(({ group }) => group.description);
    for (const text of described) expect(readMark(text)).to.deep.include({ intentId: 'intent-1', ring: 'lab' });
    expect(described.join('\n')).to.match(/Example Tool 2\.0\.0 on tag_lab \(include, required\)/);
  });

  it('keeps records in an inventory of their own where it is told to', async () => {
    const apart = await givenWorld({ settings: { recordInventory: 3, repositoryTemplate: undefined } });
    await deploy(apart, newer());
    expect(new Set(recordsIn(apart).map(({ group }) => group.inventory))).to.deep.equal(new Set([3]));
    expect(jobsOf(apart)[0]).to.include({ inventory: 2 });
    await apart.stop();
  });

  it('waits for a job that somebody else of us launched, and launches none of its own', async () => {
    world.simulator.faults.acceptThenDropConnection({ match: { path: /\/8\/launch\/$/, writes: true } });
    await failureOf(publish(world, newer()));
    expect(kindsOf(await publish(world, newer()))).to.deep.equal(['confirm_package']);
    expect(syncs()).to.have.length(1);
  });

  it('says why the repository does not have it, and tries again with another job', async () => {
    world.simulator.state.hosts.forEach((host) => (host.enabled = host.inventory !== 3));
    const refusal = await failureOf(publish(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(refusal.message).to.match(/Example Tool@2\.0\.0\/linux into the repository.*before any host/);
    expect(packagesIn(world)[0]).to.include({ ready: false });

    world.simulator.state.hosts.forEach((host) => (host.enabled = true));
    expect(kindsOf(await publish(world, newer()))).to.deep.equal(['launch_sync', 'confirm_package']);
    expect(syncs().map(({ extraVars }) => String(extraVars.eucora_launch).split('/')[2])).to.deep.equal(['1', '2']);
  });

  it('comes back later where the repository takes its time, and cancels a job that never ends', async () => {
    const slow = await givenWorld({ delays: { start: 3 * HOUR }, settings: { pollMs: MINUTE, jobDeadlineMs: HOUR } });
    expect(await failureOf(publish(slow, newer()))).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    await slow.clock.advance(HOUR);
    const refusal = await failureOf(publish(slow, newer()));
    expect(refusal.message).to.match(/did not end within 60 minutes and was cancelled/);
    expect(slow.simulator.ledger.count('job_cancel_asked')).to.equal(1);
    await slow.stop();
  });

  it('aims at nothing that is not published', async () => {
    const refusal = await failureOf(assign(world, newer()));
    expect(refusal).to.include({ code: 'PLANE_NOT_CONVERGING', errorClass: 'transient' });
    expect(assignmentsIn(world)).to.deep.equal([]);
  });

  it('needs no package to take one off', async () => {
    expect(kindsOf(await remediate(world, newer({ purpose: 'uninstall' })))).to.deep.equal([
      'create_assignment',
      'create_label',
      'launch_install',
      'note_launch',
    ]);
    expect(jobsOf(world)[0]?.extraVars).to.include({ eucora_action: 'uninstall' });
  });
});

describe('assigning', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld({ settings: { repositoryTemplate: undefined } })));
  afterEach(() => world.stop());

  const aims = () =>
    assignmentsIn(world).map(({ version, target, mode, purpose }) => `${version} ${mode} ${target} ${purpose}`);

  it('includes and excludes', async () => {
    await deploy(world, newer({ scope: { include: [LAB, CANARY], exclude: [KIOSKS] } }));
    expect(aims()).to.have.members([
      '2.0.0 include tag_lab required',
      '2.0.0 include tag_canary required',
      '2.0.0 exclude tag_kiosk required',
    ]);
    expect(jobsOf(world).flatMap(({ hosts }) => hosts)).not.to.include('lab-kiosk');
  });

  it('leaves the exclusions of the older version where that stays aimed, and takes them away where it does not', async () => {
    await deploy(world, older({ scope: { include: [LAB, CANARY], exclude: [KIOSKS] } }));
    await deploy(world, newer({ scope: { include: [LAB], exclude: [KIOSKS] } }));
    expect(aims()).to.include.members(['1.0.0 include tag_canary required', '1.0.0 exclude tag_kiosk required']);

    const done = await deploy(world, newer({ ring: 'canary', scope: { include: [CANARY], exclude: [KIOSKS] } }));
    expect(kindsOf(done)).to.include('remove_exclusion');
    expect(aims()).not.to.include('1.0.0 exclude tag_kiosk required');
  });

  it('knows the members of groups in groups', async () => {
    const { state } = world.simulator;
    const fleet = world.simulator.groupId(CANARY);
    state.groups.get(world.simulator.groupId(LAB))!.children.push(fleet);
    expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(15);
    await deploy(world, newer());
    expect(jobsOf(world)[0]?.hosts).to.have.length(15);
    state.groups.get(fleet)!.children.push(world.simulator.groupId(LAB));
    expect(await world.plane.countScope(world.ctx, { order: newer() }), 'a ring of groups').to.equal(15);
  });

  it('tries again what a job left behind, name by name, and leaves the others alone', async () => {
    const failing = await givenWorld({
      fleet: { ...FLEET, failureRate: 0.5 },
      settings: { repositoryTemplate: undefined },
    });
    await deploy(failing, newer());
    await failing.clock.advance(HOUR);
    const left = (await statesOf(failing)).filter(([, status]) => status === 'failed').map(([host]) => host!);
    expect(left).to.have.length.within(1, 14);
    expect(kindsOf(await remediate(failing, newer()))).to.deep.equal(['launch_install', 'note_launch']);
    const again = jobsOf(failing).at(-1)!;
    expect(again.limit.split(',')).to.have.members(left);
    expect(again.extraVars).to.include({ eucora_asked_hosts: left.length, eucora_scope_hosts: 5 });
    expect(kindsOf(await remediate(failing, newer())), 'while it runs').to.deep.equal([]);
    await failing.stop();
  });

  it('reaches a host that joined the group later', async () => {
    await deploy(world, newer());
    await world.clock.advance(HOUR);
    expect(await remediate(world, newer())).to.deep.equal([]);
    const [host] = [...world.simulator.state.hosts.values()].filter(({ name }) => name === 'canary-0');
    host!.groups.push(world.simulator.groupId(LAB));
    expect(kindsOf(await remediate(world, newer()))).to.deep.equal(['launch_install', 'note_launch']);
    expect(jobsOf(world).at(-1)!.limit).to.equal('canary-0');
    await world.clock.advance(HOUR);
    expect(await remediate(world, newer()), 'and then it is well').to.deep.equal([]);
  });

  const statesOf = async ({ plane, ctx }: World) => {
    const states: string[][] = [];
    for await (const page of plane.deviceStates(ctx, { order: newer() })) {
      states.push(...page.map(({ deviceId, status }) => [deviceId, status]));
    }
    return states;
  };
});

describe('a thousand looks at an unchanged plane', () => {
  it('find no drift, write nothing and are never throttled', async () => {
    const world = await givenWorld({
      settings: { repositoryTemplate: undefined },
      checked: false,
      quotas: { requests: 600, perMs: MINUTE },
    });
    const order = newer({ scope: { include: [LAB], exclude: [KIOSKS] } });
    await deploy(world, order);
    await world.clock.advance(HOUR);
    const writes = world.simulator.writes;
    for (let turn = 0; turn < 1_000; turn++) {
      const { packages, assignments } = await world.plane.queryState(world.ctx, { order });
      expect(packages).to.have.length(1);
      expect(assignments.map(({ target, mode, version }) => `${version} ${mode} ${target}`)).to.have.members([
        '2.0.0 include tag_lab',
        '2.0.0 exclude tag_kiosk',
      ]);
      if (turn % 100 === 0) expect(await world.plane.plan(world.ctx, { order })).to.deep.equal([]);
      await world.clock.advance(15 * MINUTE);
    }
    expect(world.simulator.writes).to.equal(writes);
    expect(world.simulator.requests.filter(({ status }) => status === 429)).to.deep.equal([]);
    await world.stop();
  });
});
