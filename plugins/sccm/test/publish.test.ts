import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { readMark } from '@eucora/sdk';
import { givenPackage } from '@eucora/sdk/testing';
import { CANARY, failureOf, givenWorld, LAB, newer, older, SHARE, type World } from './given.js';
import {
  addApplication,
  addDeployment,
  applicationOf,
  deploy,
  deploymentsOf,
  journalOf,
  planOf,
  requestsTo,
  shown,
} from './steps.js';

describe('publishing to SCCM', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('places, authors, distributes and waits, and then deploys', async () => {
    const order = newer();
    expect(await deploy(world, order)).to.deep.equal([
      'place_content',
      'author_application',
      'distribute_content',
      'await_content',
      'create_deployment',
    ]);
    const application = applicationOf(world);
    expect(application).to.include({
      displayName: 'EUCORA Example Tool 2.0.0',
      contentSha256: order.package.artifact.sha256,
    });
    expect(application.deploymentTypes).to.have.length(1);
    expect(application.deploymentTypes[0]!.contentLocation).to.match(new RegExp(`^${SHARE.replaceAll('\\', '\\\\')}`));
    expect(shown(world)).to.deep.equal([`2.0.0 required on ${LAB}`]);
    expect(readMark(String(deploymentsOf(world)[0]!.fields.AssignmentDescription))).to.deep.equal({
      intentId: 'intent-1',
      ring: 'lab',
      correlationId: order.correlationId,
    });
  });

  it('touches no device before it is told to assign', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    expect(deploymentsOf(world)).to.deep.equal([]);
  });

  it('uses one application for many rings', async () => {
    await deploy(world, newer());
    expect(await deploy(world, newer({ ring: 'canary', scope: { include: [CANARY] } }))).to.deep.equal([
      'create_deployment',
    ]);
    expect(world.simulator.state.applications.size).to.equal(1);
    expect(shown(world)).to.deep.equal([`2.0.0 required on ${LAB}`, `2.0.0 required on ${CANARY}`]);
  });

  it('changes a purpose by taking the old deployment off first', async () => {
    await deploy(world, newer());
    expect(await deploy(world, newer({ purpose: 'available' }))).to.deep.equal([
      'delete_deployment',
      'create_deployment',
    ]);
    expect(shown(world)).to.deep.equal([`2.0.0 available on ${LAB}`]);
  });

  it('goes on with an application that somebody stopped half way', async () => {
    await deploy(world, newer());
    world.simulator.state.assignments.clear();
    applicationOf(world).deploymentTypes = [];
    expect(await planOf(world, newer())).to.include('author_application');
    await deploy(world, newer());
    expect(applicationOf(world).deploymentTypes).to.have.length(1);
    expect(world.simulator.state.applications.size).to.equal(1);
  });

  it('sees no drift in what did not change, however often it looks', async () => {
    await deploy(world, newer());
    const writes = world.simulator.writes;
    const first = await world.plane.queryState(world.ctx, { order: newer() });
    for (let look = 0; look < 50; look++) {
      await world.clock.advance(900_000);
      expect(await world.plane.queryState(world.ctx, { order: newer() })).to.deep.equal(first);
      expect(await planOf(world, newer())).to.deep.equal([]);
    }
    expect(world.simulator.writes).to.equal(writes);
  });

  it('survives a revision that somebody made of the application', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    const application = applicationOf(world);
    application.ciId += 500;
    application.revision += 1;
    await deploy(world, newer());
    expect(deploymentsOf(world)[0]!.fields.AssignedCIs).to.deep.equal([application.ciId]);
    expect(await planOf(world, newer())).to.deep.equal([]);
  });

  it('tells of every deployment that carries our mark, and of no other', async () => {
    await deploy(world, newer());
    await deploy(world, newer({ ring: 'canary', scope: { include: [CANARY] } }));
    const { modelId } = addApplication(world, { displayName: 'EUCORA by hand' });
    addDeployment(world, { AppModelID: modelId, TargetCollectionID: LAB });
    addDeployment(world, { AppModelID: applicationOf(world).modelId, TargetCollectionID: 'ABC00030' });
    const found = [];
    for await (const page of world.plane.listAssignments(world.ctx)) found.push(...page);
    expect(
      found.map(({ packageName, version, target, purpose, mark }) => [
        packageName,
        version,
        target,
        purpose,
        mark.ring,
      ]),
    ).to.deep.equal([
      ['Example Tool', '2.0.0', LAB, 'required', 'lab'],
      ['Example Tool', '2.0.0', CANARY, 'required', 'canary'],
    ]);
  });
});

describe('what people did on SCCM', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('an application of our name without our mark is left alone, and named', async () => {
    const { modelName } = addApplication(world, { displayName: 'EUCORA Example Tool 2.0.0', comment: 'mine' });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(failure.message).to.contain('EUCORA Example Tool 2.0.0');
    expect(failure.details).to.include({ application_id: modelName });
    expect(failure.remedy).to.contain('Rename or delete');
    expect(world.simulator.writes).to.equal(0);
    expect(await readdir(world.folder)).to.deep.equal([]);
  });

  it('an application of another name is nobody to us', async () => {
    addApplication(world, { displayName: 'EUCORA Example Tool 2.0.0 by hand' });
    expect(await deploy(world, newer())).to.include('create_deployment');
  });

  it('a copy of our application keeps our comment, and does not confuse us', async () => {
    await deploy(world, newer());
    addApplication(world, { displayName: 'EUCORA Example Tool 2.0.0-Copy', comment: applicationOf(world).comment });
    expect(await planOf(world, newer())).to.deep.equal([]);
  });

  it('an application of ours that was renamed is known by the journal, and without one it is for a person', async () => {
    const journal = journalOf(world);
    await deploy(world, newer(), journal);
    applicationOf(world).displayName = 'Renamed';
    expect(await deploy(world, newer(), journal), 'with the journal').to.deep.equal([]);
    applicationOfAny(world).displayName = 'EUCORA Example Tool two';
    const failure = await failureOf(planOf(world, newer()));
    expect(failure.code).to.equal('PLANE_CONFLICT');
    expect(failure.message).to.contain('EUCORA Example Tool two');
  });

  it('two applications of one name and mark are for a person, unless the journal knows ours', async () => {
    const journal = journalOf(world);
    await deploy(world, newer(), journal);
    const { comment, displayName } = applicationOf(world);
    addApplication(world, { comment, displayName });
    expect((await failureOf(planOf(world, newer()))).message).to.contain('2 applications');
    expect(await deploy(world, newer(), journal)).to.deep.equal([]);
  });

  it('an application made of another artifact is not taken for ours', async () => {
    await deploy(world, newer());
    const other = newer({
      package: givenPackage({ artifact: { ...givenPackage().artifact, sha256: 'a'.repeat(64) } }),
    });
    const failure = await failureOf(planOf(world, other));
    expect(failure.code).to.equal('PLANE_CONFLICT');
    expect(failure.remedy).to.contain('new version');
  });

  it('a retired application cannot be deployed, and is not brought back behind a back', async () => {
    await deploy(world, newer());
    applicationOf(world).expired = true;
    const failure = await failureOf(planOf(world, newer()));
    expect(failure.code).to.equal('PLANE_CONFLICT');
    expect(failure.remedy).to.contain('Reinstate');
    const { packages } = await world.plane.queryState(world.ctx, { order: newer() });
    expect(packages[0]).to.include({ ready: false });
  });

  it('a deployment by hand where ours should go is left alone, and named', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    const { id } = addDeployment(world, { AppModelID: applicationOf(world).modelId, TargetCollectionID: LAB });
    expect(await failureOf(planOf(world, newer())), 'already when it is planned').to.include({
      code: 'PLANE_CONFLICT',
    });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
    expect(failure.message).to.contain(String(id)).and.contain(LAB);
    expect(deploymentsOf(world).map((one) => one.id)).to.deep.equal([id]);
  });

  it('a deployment by hand to another collection is none of our business', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    addDeployment(world, { AppModelID: applicationOf(world).modelId, TargetCollectionID: CANARY });
    expect(await deploy(world, newer())).to.deep.equal(['create_deployment']);
    expect(shown(world)).to.have.length(2);
  });

  it('a deployment by hand that came while we looked away is not joined by ours', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    world.simulator.faults.staleRead({ match: { method: 'GET', path: /ApplicationAssignment$/ } });
    const { id } = addDeployment(world, { AppModelID: applicationOf(world).modelId, TargetCollectionID: LAB });
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_CONFLICT', errorClass: 'transient' });
    expect(failure.message).to.contain('in the meantime');
    expect(deploymentsOf(world).map((one) => one.id)).to.deep.equal([id]);
  });

  it('a deployment of ours that was edited, switched off or doubled is put right', async () => {
    await deploy(world, newer());
    const [first] = deploymentsOf(world);
    first!.fields.OfferTypeID = 2;
    expect(await deploy(world, newer()), 'edited').to.deep.equal(['delete_deployment', 'create_deployment']);

    const [second] = deploymentsOf(world);
    second!.fields.Enabled = false;
    expect((await world.plane.queryState(world.ctx, { order: newer() })).assignments).to.deep.equal([]);
    expect(await deploy(world, newer()), 'switched off').to.deep.equal(['delete_deployment', 'create_deployment']);

    const [third] = deploymentsOf(world);
    addDeployment(world, { ...third!.fields });
    expect(await deploy(world, newer()), 'doubled').to.deep.equal(['delete_deployment']);
    expect(deploymentsOf(world).map(({ id }) => id)).to.deep.equal([third!.id]);
  });

  it('a collection that is gone is named, before anything is deployed', async () => {
    const order = newer({ scope: { include: ['ABC0DEAD'] } });
    const failure = await failureOf(deploy(world, order));
    expect(failure).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
    expect(failure.message).to.contain('ABC0DEAD');
    expect(failure.remedy).to.contain('scopes');
    expect((await failureOf(world.plane.countScope(world.ctx, { order }))).message).to.contain('ABC0DEAD');
  });

  it('a collection of users is refused', async () => {
    const state = world.simulator.state;
    state.collections.set('ABC0CAFE', { ...state.collections.get(LAB)!, id: 'ABC0CAFE', name: 'Sales', type: 1 });
    const failure = await failureOf(
      world.plane.countScope(world.ctx, { order: newer({ scope: { include: ['ABC0CAFE'] } }) }),
    );
    expect(failure).to.include({ code: 'INPUT_INVALID' });
    expect(failure.message).to.contain('Sales');
  });

  it('a distribution point group that is gone is named', async () => {
    const other = await givenWorld({ settings: { distributionPointGroups: ['All sites', 'Gone'] } });
    const failure = await failureOf(deploy(other, newer()));
    expect(failure).to.include({ code: 'PLANE_OBJECT_MISSING' });
    expect(failure.message).to.contain('Gone');
    expect((await other.plane.check(other.ctx)).detail).to.contain('Gone');
    await other.stop();
  });

  it('content that does not arrive is said with the place, and goes on when it is healed', async () => {
    world.simulator.failingPoints.add('dp02.contoso.example');
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_ERROR', errorClass: 'transient' });
    expect(failure.message).to.contain('All sites');
    world.simulator.failingPoints.clear();
    expect(await deploy(world, newer())).to.deep.equal(['create_deployment']);
    expect(requestsTo(world, /AddDistributionPointGroup/)).to.have.length(1);
  });

  it('the older version stays on collections that the order does not name', async () => {
    await deploy(world, older({ scope: { include: [LAB, CANARY] } }));
    await deploy(world, newer());
    expect([...shown(world)].sort()).to.deep.equal([`1.0.0 required on ${CANARY}`, `2.0.0 required on ${LAB}`]);
  });
});

const applicationOfAny = ({ simulator }: World) => [...simulator.state.applications.values()][0]!;
