import { expect } from 'chai';
import { CANARY, failureOf, givenWorld, LAB, newer, older, type World } from './given.js';
import { addDeployment, applicationOf, deploy, deploymentsOf, journalOf, shown } from './steps.js';

describe('rolling back on SCCM', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('goes back to the previous application, and says which and where', async () => {
    await deploy(world, older());
    const journal = journalOf(world);
    await deploy(world, newer(), journal);
    const before = applicationOf(world, '1.0.0').modelName;
    expect(journal.refs, 'what a rollback would go back to').to.include({
      application_id: applicationOf(world).modelName,
      rollback_package_id: before,
      collection_id: LAB,
    });

    const { refs } = await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal });
    expect(shown(world)).to.deep.equal([`1.0.0 required on ${LAB}`]);
    expect(refs).to.include({ rollback_package_id: before, collection_id: LAB });
  });

  it('says the same when the journal was lost', async () => {
    await deploy(world, older());
    await deploy(world, newer());
    const { refs } = await world.plane.rollback(world.ctx, {
      order: newer(),
      previous: older().package,
      journal: journalOf(world),
    });
    expect(refs).to.include({ rollback_package_id: applicationOf(world, '1.0.0').modelName, collection_id: LAB });
  });

  it('takes off the devices what had no predecessor, and never installs and removes at a time', async () => {
    const journal = journalOf(world);
    await deploy(world, newer(), journal);
    await world.clock.advance(86_400_000);
    const own = applicationOf(world).modelName;
    expect(journal.refs).to.include({ rollback_package_id: own, collection_id: LAB });

    const seen: string[][] = [];
    world.simulator.onAccepted(() => void seen.push([...shown(world)]));
    const { refs, done } = await world.plane.rollback(world.ctx, { order: newer(), journal });
    expect(done.map(({ kind }) => kind)).to.deep.equal(['delete_deployment', 'create_deployment']);
    expect(seen).to.deep.equal([[], [`2.0.0 uninstall on ${LAB}`]]);
    expect(refs).to.include({ rollback_package_id: own, collection_id: LAB });
    expect(deploymentsOf(world)[0]!.fields).to.include({ DesiredConfigType: 2, OfferTypeID: 0 });

    await world.clock.advance(2 * 86_400_000);
    const states = [];
    const order = newer({ purpose: 'uninstall' });
    for await (const page of world.plane.deviceStates(world.ctx, { order })) states.push(...page);
    expect(new Set(states.map(({ status }) => status))).to.deep.equal(new Set(['absent']));
  });

  it('names every collection that it reaches', async () => {
    const order = newer({ scope: { include: [LAB, CANARY] } });
    const journal = journalOf(world);
    await deploy(world, order, journal);
    const { refs } = await world.plane.rollback(world.ctx, { order, journal });
    expect(refs).to.include({ collection_id: `${LAB},${CANARY}` });
    expect([...shown(world)].sort()).to.deep.equal(
      [`2.0.0 uninstall on ${LAB}`, `2.0.0 uninstall on ${CANARY}`].sort(),
    );
  });

  it('leaves alone what a person deployed, and asks that person', async () => {
    await deploy(world, newer());
    world.simulator.state.assignments.clear();
    addDeployment(world, { AppModelID: applicationOf(world).modelId, TargetCollectionID: LAB });
    const failure = await failureOf(world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) }));
    expect(failure.code).to.equal('PLANE_CONFLICT');
    expect(shown(world)).to.have.length(1);
  });

  it('makes the previous application again where somebody deleted it', async () => {
    await deploy(world, older());
    const journal = journalOf(world);
    await deploy(world, newer(), journal);
    world.simulator.state.applications.delete(applicationOf(world, '1.0.0').modelName);
    await world.plane.rollback(world.ctx, { order: newer(), previous: older().package, journal });
    expect(shown(world)).to.deep.equal([`1.0.0 required on ${LAB}`]);
    expect(journal.refs.rollback_package_id).to.equal(applicationOf(world, '1.0.0').modelName);
  });

  it('is done when it is asked twice', async () => {
    await deploy(world, newer());
    await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    const again = await world.plane.rollback(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(again.done).to.deep.equal([]);
  });
});
