import { expect } from 'chai';
import { readMark } from '@eucora/sdk';
import { CANARY, givenWorld, KIOSKS, LAB, newer, older, type World } from './given.js';
import { publish, assignTo, deploy, journalOf, theApp, appOf, groupsOf, failureOf } from './steps.js';

describe('assigning', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  it('includes and excludes, and leaves the assignments of other people as they are', async () => {
    await publish(world, newer());
    const theirs = {
      '@odata.type': '#microsoft.graph.mobileAppAssignment' as const,
      id: 'theirs',
      intent: 'available' as const,
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'somebody-elses' },
      settings: { '@odata.type': '#microsoft.graph.win32LobAppAssignmentSettings', notifications: 'hideAll' },
    };
    theApp(world).assignments.push(theirs);
    await assignTo(world, newer({ scope: { include: [LAB], exclude: [KIOSKS] } }));
    const { assignments } = theApp(world);
    expect(groupsOf(theApp(world))).to.have.members(['somebody-elses', LAB, KIOSKS]);
    expect(assignments.find(({ target }) => target.groupId === 'somebody-elses')).to.deep.include({
      intent: 'available',
      settings: theirs.settings,
    });
    expect(assignments.find(({ target }) => target.groupId === KIOSKS)?.target['@odata.type']).to.match(/exclusion/);
  });

  it('puts another purpose in the place of the old one', async () => {
    await deploy(world, newer());
    await deploy(world, newer({ purpose: 'available' }));
    expect(theApp(world).assignments.map(({ intent }) => intent)).to.deep.equal(['available']);
  });

  it('takes the older version off its groups and leaves its exclusions where it stays aimed', async () => {
    await deploy(world, older({ scope: { include: [LAB, CANARY], exclude: [KIOSKS] } }));
    await deploy(world, newer({ scope: { include: [LAB], exclude: [KIOSKS] } }));
    expect(groupsOf(appOf(world, '1.0.0'))).to.have.members([CANARY, KIOSKS]);
    expect(groupsOf(appOf(world, '2.0.0'))).to.have.members([LAB, KIOSKS]);

    await deploy(world, newer({ ring: 'canary', scope: { include: [CANARY], exclude: [KIOSKS] } }));
    expect(groupsOf(appOf(world, '1.0.0'))).to.deep.equal([]);
  });

  it('of an app that was read before the last change was shown loses nothing', async () => {
    await publish(world, newer());
    world.simulator.faults.staleRead({ match: { path: /assignments$/ }, skip: 3, times: 1 });
    await assignTo(world, newer({ scope: { include: [LAB, CANARY] } }));
    expect(groupsOf(theApp(world))).to.have.members([LAB, CANARY]);
  });

  it('meets 409 and 412 while a change is spreading, and goes on', async () => {
    await publish(world, newer());
    for (const status of [409, 412]) {
      world.simulator.faults.inject({
        kind: 'status',
        status,
        body: { error: { code: 'ConditionNotMet', message: 'x' } },
        match: { path: /assign$/ },
      });
    }
    await assignTo(world, newer());
    expect(groupsOf(theApp(world))).to.deep.equal([LAB]);
  });

  it('is refused where the application may not, and says what to grant', async () => {
    await publish(world, newer());
    world.simulator.faults.inject({
      kind: 'status',
      status: 403,
      body: { error: { code: 'Forbidden', message: 'no' } },
      match: { path: /assign$/ },
    });
    const refusal = await failureOf(
      world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
  });

  it('without an app waits for one', async () => {
    const refusal = await failureOf(
      world.plane.createAssignment(world.ctx, { order: newer(), journal: journalOf(world) }),
    );
    expect(refusal).to.include({ code: 'PLANE_NOT_CONVERGING', errorClass: 'transient' });
  });
});

describe('the notes of an app', () => {
  it('are what a person reads in Intune', async () => {
    const world = await givenWorld();
    await deploy(world, newer());
    const lines = String(theApp(world).fields.notes).split('\n');
    expect(readMark(lines[0])?.intentId).to.equal('intent-1');
    expect(lines[0]).to.match(/\] on group-lab$/);
    expect(lines[1]).to.match(/^\[eucora package=Example Tool@2\.0\.0\/windows sha256=/);
    await world.stop();
  });
});
