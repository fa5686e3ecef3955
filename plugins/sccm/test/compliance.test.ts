import { expect } from 'chai';
import { fold } from '../src/device-states.js';
import { CANARY, collected, failureOf, FLEET, givenWorld, KIOSKS, LAB, newer, older, type World } from './given.js';
import { applicationOf, deploy, deploymentsOf, journalOf, planOf, requestsTo, shown } from './steps.js';

const DAY = 86_400_000;

describe('what SCCM knows of devices', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('is unknown before they report, and becomes what they did', async () => {
    await deploy(world, newer());
    expect(await statusesOf(world)).to.deep.equal(Array(5).fill('unknown'));
    await world.clock.advance(DAY);
    expect(await statusesOf(world)).to.deep.equal(Array(5).fill('installed'));
  });

  it('lags behind by a summary', async () => {
    const slow = await givenWorld({ delays: { summary: DAY } });
    await deploy(slow, newer());
    await statusesOf(slow);
    await slow.clock.advance(DAY / 2);
    expect(await statusesOf(slow)).to.deep.equal(Array(5).fill('unknown'));
    await slow.clock.advance(DAY);
    expect(await statusesOf(slow)).to.deep.equal(Array(5).fill('installed'));
    await slow.stop();
  });

  it('names failures with the code of their enforcement', async () => {
    const unlucky = await givenWorld({ fleet: { ...FLEET, failureRate: 1 } });
    await deploy(unlucky, newer());
    await unlucky.clock.advance(DAY);
    const states = await collected(unlucky.plane.deviceStates(unlucky.ctx, { order: newer() }));
    expect(new Set(states.map(({ status, errorCode }) => `${status} ${errorCode}`))).to.deep.equal(
      new Set(['failed enforcement 5000']),
    );
    await unlucky.stop();
  });

  it('stays unknown for devices that are cut off', async () => {
    const offline = await givenWorld({ fleet: { ...FLEET, offlineRate: 1 } });
    await deploy(offline, newer());
    await offline.clock.advance(30 * DAY);
    expect(await statusesOf(offline)).to.deep.equal(Array(5).fill('unknown'));
    await offline.stop();
  });

  it('is unknown where nothing is deployed', async () => {
    expect(await statusesOf(world)).to.deep.equal(Array(5).fill('unknown'));
  });

  it('is told once of a device that is in two collections, and page by page', async () => {
    const order = newer({ scope: { include: [LAB, KIOSKS, CANARY] } });
    const paged = await givenWorld({
      settings: { pageSize: 10 },
      fleet: { ...FLEET, devices: [...FLEET.devices, ...more(25)] },
    });
    await deploy(paged, order);
    await paged.clock.advance(DAY);
    const pages: number[] = [];
    const ids: string[] = [];
    for await (const page of paged.plane.deviceStates(paged.ctx, { order })) {
      pages.push(page.length);
      ids.push(...page.map(({ deviceId }) => deviceId));
    }
    expect(Math.max(...pages)).to.be.at.most(10);
    expect(ids).to.have.length(40);
    expect(new Set(ids).size).to.equal(40);
    const asked = requestsTo(paged, /FullCollectionMembership/).map(({ query }) => query.$filter);
    expect(asked.some((filter) => filter?.includes('ResourceID gt'))).to.equal(true);
    await paged.stop();
  });

  it('follows the service where it cuts lists by itself', async () => {
    const cut = await givenWorld({ pageSize: 3 });
    await deploy(cut, newer());
    await cut.clock.advance(DAY);
    expect(await statusesOf(cut)).to.deep.equal(Array(5).fill('installed'));
    expect(requestsTo(cut, /FullCollectionMembership/).some(({ query }) => query.$skip === '3')).to.equal(true);
    await cut.stop();
  });

  it('has the gravest of several users of one device', () => {
    const member = { ResourceID: 1, Name: 'PC', IsClient: true, SiteCode: 'ABC' };
    const row = (StatusType: number, UserName: string) => ({
      MachineID: 1,
      AssignmentID: 9,
      StatusType,
      EnforcementState: 5001,
      UserName,
    });
    expect(fold([member], [row(1, 'a'), row(5, 'b'), row(2, 'c')], 'required')).to.deep.equal([
      { deviceId: '1', status: 'failed', errorCode: 'enforcement 5001' },
    ]);
    expect(fold([member], [row(3, 'a'), row(1, 'b')], 'required')[0]!.status).to.equal('not_applicable');
    expect(fold([member], [], 'required')).to.deep.equal([{ deviceId: '1', status: 'unknown' }]);
  });

  it('counts a scope, each device once', async () => {
    expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(5);
    const scope = { include: [LAB, KIOSKS, CANARY] };
    expect(await world.plane.countScope(world.ctx, { order: newer({ scope }) })).to.equal(15);
  });

  it('waits for a collection that is being evaluated, with patience but not for ever', async () => {
    const collection = world.simulator.state.collections.get(LAB)!;
    collection.refreshAt = world.clock.now().getTime();
    const before = world.clock.now().getTime();
    expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(5);
    expect(world.clock.now().getTime() - before).to.be.at.least(20_000);
    collection.refreshAt = world.clock.now().getTime() + 90 * DAY;
    const failure = await failureOf(world.plane.countScope(world.ctx, { order: newer() }));
    expect(failure).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    expect(failure.message).to.contain(LAB);
  });

  it('is an inventory as well', async () => {
    const devices = await collected(world.plane.syncInventory(world.ctx));
    expect(devices).to.have.length(15);
    expect(devices[0]).to.include({ deviceId: '16777217', name: 'LAB-0', platform: 'windows', osVersion: '10.0' });
    expect(devices[0]!.lastSeen).to.match(/^2026-01-05T/);
  });
});

describe('a site that may be cut off', () => {
  let world: World;
  const order = newer({ scope: { include: [`${LAB}@XYZ`] } });
  beforeEach(async () => {
    world = await givenWorld({ settings: { sites: ['XYZ'] } });
  });
  afterEach(() => world.stop());

  it('gets a collection of its own, made by the hub before any device is touched', async () => {
    expect(
      (await world.plane.publishPackage(world.ctx, { order, journal: journalOf(world) })).done
        .map(({ kind }) => kind)
        .slice(0, 3),
    ).to.deep.equal(['create_site_collection', 'add_site_rule', 'evaluate_site_collection']);
    const [made] = madeCollections(world);
    expect(made).to.include({ name: `EUCORA ${LAB} site XYZ`, limitTo: LAB });
    expect(made!.rules.map(({ QueryExpression }) => QueryExpression)[0]).to.contain('SMSAssignedSites = "XYZ"');
    expect(deploymentsOf(world)).to.deep.equal([]);

    await deploy(world, order);
    expect(shown(world)).to.deep.equal([`2.0.0 required on ${made!.id}`]);
    const { assignments } = await world.plane.queryState(world.ctx, { order });
    expect(assignments.map(({ target }) => target)).to.deep.equal([`${LAB}@XYZ`]);
    const listed = await collected(world.plane.listAssignments(world.ctx));
    expect(listed.map(({ target }) => target)).to.deep.equal([`${LAB}@XYZ`]);
  });

  it('is used again by every later order', async () => {
    await deploy(world, older({ scope: order.scope }));
    await deploy(world, order);
    expect(madeCollections(world)).to.have.length(1);
    expect(await planOf(world, order)).to.deep.equal([]);
  });

  it('has its devices counted and watched, and no others', async () => {
    expect(await world.plane.countScope(world.ctx, { order })).to.equal(1);
    await deploy(world, order);
    await world.clock.advance(2 * DAY);
    const states = await collected(world.plane.deviceStates(world.ctx, { order }));
    expect(states).to.deep.equal([{ deviceId: '16777220', status: 'installed' }]);
    expect(world.simulator.fleet.statusOf('LAB-0', `${applicationOf(world).modelId}/1`)).to.equal('absent');
  });

  it('names in the refs the collection that was really used', async () => {
    const journal = journalOf(world);
    await deploy(world, order, journal);
    expect(journal.refs.collection_id).to.equal(madeCollections(world)[0]!.id);
  });

  it('goes on with a collection that somebody stopped half way', async () => {
    await deploy(world, order);
    world.simulator.state.assignments.clear();
    madeCollections(world)[0]!.rules.length = 0;
    expect(await planOf(world, order)).to.deep.equal([
      'add_site_rule',
      'evaluate_site_collection',
      'create_deployment',
    ]);
    await deploy(world, order);
    expect(await planOf(world, order)).to.deep.equal([]);
  });

  it("does not take a person's collection for its own", async () => {
    const { collections } = world.simulator.state;
    collections.set('ABC0BEEF', {
      ...collections.get(LAB)!,
      id: 'ABC0BEEF',
      name: `EUCORA ${LAB} site XYZ`,
      comment: 'mine',
    });
    const failure = await failureOf(deploy(world, order));
    expect(failure).to.include({ code: 'PLANE_CONFLICT' });
    expect(failure.message).to.contain('ABC0BEEF');
    expect(world.simulator.writes).to.equal(0);
  });

  it('needs the collection that it is limited to', async () => {
    const failure = await failureOf(deploy(world, newer({ scope: { include: ['ABC0DEAD@XYZ'] } })));
    expect(failure).to.include({ code: 'PLANE_OBJECT_MISSING' });
    expect(madeCollections(world)).to.deep.equal([]);
  });

  it('needs a service that can add a rule', async () => {
    const old = await givenWorld({ settings: { sites: ['XYZ'] }, without: ['AddMembershipRule'] });
    expect((await failureOf(deploy(old, order))).message).to.contain('AddMembershipRule');
    await old.stop();
  });
});

const statusesOf = async (world: World) =>
  (await collected(world.plane.deviceStates(world.ctx, { order: newer() }))).map(({ status }) => status);

const madeCollections = ({ simulator }: World) => [...simulator.state.collections.values()].filter(({ made }) => made);

function more(count: number) {
  return Array.from({ length: count }, (_, n) => ({ id: `MORE-${n}`, groups: [LAB], platform: 'windows' as const }));
}
