import { expect } from 'chai';
import { contractOf, rollout } from '../simulator/index.js';
import { compares, parseFilter, within } from '../simulator/odata.js';
import { CANARY, contract, givenWorld, LAB, newer, type World } from './given.js';
import { addDeployment, applicationOf, deploy, deploymentsOf } from './steps.js';

describe('the SCCM simulator', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('asks for Negotiate, and lets nobody in who did not prove himself to it', async () => {
    for (const authorization of [
      '',
      'Bearer x',
      'Negotiate YIIabc',
      'Negotiate TlRMTVNTUAAB',
      `Negotiate ${world.secrets['env:PROOF']}x`,
    ]) {
      const answer = await fetch(`${world.simulator.adminServiceUrl}/wmi/SMS_Site`, { headers: { authorization } });
      expect(answer.status, authorization).to.equal(401);
      expect(answer.headers.get('www-authenticate')).to.equal('Negotiate');
      expect(await answer.text()).to.equal('');
    }
    for (const wrong of [{ spn: 'HTTP/elsewhere' }, { principal: 'somebody@ELSE' }, { until: 0 }]) {
      expect((await ask('GET', 'SMS_Site', { proof: world.simulator.issueProof(wrong) })).status).to.equal(401);
    }
  });

  it('answers with lists, also to a key, and shows lazy properties only there', async () => {
    await deploy(world, newer());
    const { body: list } = await ask('GET', "SMS_Application?$filter=startswith(LocalizedDisplayName,'eucora')");
    expect(list['@odata.context']).to.match(/\/AdminService\/wmi\/\$metadata#SMS_Application$/);
    expect(list.value[0]).to.include({ LocalizedDisplayName: 'EUCORA Example Tool 2.0.0', SDMPackageXML: null });
    const { body: one } = await ask('GET', `SMS_Application(${list.value[0].CI_ID})`);
    expect(one.value[0].SDMPackageXML).to.match(/^<AppMgmtDigest>/);
    const { body: collection } = await ask('GET', `SMS_Collection('${LAB}')`);
    expect(collection.value[0].CollectionRules).to.deep.equal([]);
    expect((await ask('GET', "SMS_Collection('ABC0DEAD')")).status).to.equal(404);
  });

  it('selects, orders, skips and stops', async () => {
    const { body } = await ask('GET', 'SMS_R_System?$select=Name&$orderby=Name desc&$skip=1&$top=2');
    expect(body.value).to.deep.equal([{ Name: 'LAB-KIOSK' }, { Name: 'LAB-2' }]);
    expect((await ask('GET', 'SMS_R_System?$filter=Name like 1')).status).to.equal(400);
    expect((await ask('GET', "SMS_R_System?$filter=Name eq 'LAB-0")).body.error.message).to.contain('not valid');
  });

  it('gives every revision another CI_ID, and deploys none but the latest', async () => {
    await deploy(world, newer());
    const { ciId, modelId } = applicationOf(world);
    const wanted = {
      AppModelID: modelId,
      AssignmentName: 'x',
      TargetCollectionID: LAB,
      DesiredConfigType: 1,
      OfferTypeID: 0,
    };
    expect(
      (await ask('POST', 'SMS_ApplicationAssignment', { body: { ...wanted, AssignedCIs: [ciId - 1] } })).status,
    ).to.equal(500);
    expect(
      (await ask('POST', 'SMS_ApplicationAssignment', { body: { ...wanted, AssignedCIs: [ciId] } })).status,
    ).to.equal(201);
    expect((await ask('POST', 'SMS_ApplicationAssignment', { body: wanted })).status).to.equal(400);
    const nowhere = { ...wanted, AssignedCIs: [ciId], TargetCollectionID: 'ABC0DEAD' };
    expect((await ask('POST', 'SMS_ApplicationAssignment', { body: nowhere })).status).to.equal(404);
    expect((await ask('POST', 'SMS_ApplicationAssignment', { body: { ...nowhere, AppModelID: 1 } })).status).to.equal(
      500,
    );
  });

  it('deletes with 204, and does not know what is gone', async () => {
    await deploy(world, newer());
    const { id } = deploymentsOf(world)[0]!;
    expect((await ask('DELETE', `SMS_ApplicationAssignment(${id})`)).status).to.equal(204);
    expect((await ask('DELETE', `SMS_ApplicationAssignment(${id})`)).status).to.equal(404);
  });

  it('breaks on rules in bulk, as the service does, and on a schedule', async () => {
    const bulk = await ask('POST', `SMS_Collection('${LAB}')/AdminService.AddMembershipRules`, {
      body: { collectionRules: [] },
    });
    expect(bulk.status).to.equal(404);
    expect(bulk.body.error.message).to.contain('ODataParameterReader');
    const named = { Name: 'x', LimitToCollectionID: LAB, CollectionType: 2 };
    expect((await ask('POST', 'SMS_Collection', { body: { ...named, RefreshSchedule: [] } })).status).to.equal(500);
    expect((await ask('POST', 'SMS_Collection', { body: { ...named, LimitToCollectionID: 'none' } })).status).to.equal(
      400,
    );
    const nobody = await ask('POST', `SMS_Collection('ABC0DEAD')/AdminService.RequestRefresh`, { body: {} });
    expect(nobody.status).to.equal(404);
    const nothing = await ask('POST', `SMS_Collection('${LAB}')/AdminService.AddMembershipRule`, { body: {} });
    expect(nothing.body.ReturnValue).to.equal(1);
  });

  it('works members out some time after it was told to', async () => {
    const made = await ask('POST', 'SMS_Collection', {
      body: { Name: 'ours', LimitToCollectionID: LAB, CollectionType: 2 },
    });
    expect(made.body).to.include({ CurrentStatus: 5, MemberCount: 0 });
    const id = made.body.CollectionID as string;
    const QueryExpression = 'select * from SMS_R_System where SMS_R_System.SMSAssignedSites = "XYZ"';
    const rule = { '@odata.type': '#AdminService.SMS_CollectionRuleQuery', RuleName: 'r', QueryExpression };
    await ask('POST', `SMS_Collection('${id}')/AdminService.AddMembershipRule`, { body: { collectionRule: rule } });
    await ask('POST', `SMS_Collection('${id}')/AdminService.RequestRefresh`, { body: {} });
    const look = async () => (await ask('GET', `SMS_Collection('${id}')`)).body.value[0];
    expect(await look()).to.include({ CurrentStatus: 5, MemberCount: 0 });
    await world.clock.advance(20_000);
    expect(await look()).to.include({ CurrentStatus: 1, MemberCount: 1 });
  });

  it('refuses unknown groups, and packages that are not made yet', async () => {
    await deploy(world, newer());
    const { packageId } = applicationOf(world);
    const add = (key: string, ids: readonly string[]) =>
      ask('POST', `SMS_ContentPackage('${key}')/AdminService.AddDistributionPointGroup`, {
        body: { DistributionPointGroup: ids },
      });
    expect((await add(packageId, ['{nobody}'])).status).to.equal(400);
    expect((await add('ABC0DEAD', [world.simulator.pointGroups[0]!.id])).status).to.equal(404);
  });

  it('sums deployments up, and says when it did', async () => {
    await deploy(world, newer());
    await world.clock.advance(86_400_000);
    const { id } = deploymentsOf(world)[0]!;
    const { body } = await ask('GET', `SMS_DeploymentSummary?$filter=AssignmentID eq ${id}`);
    expect(body.value[0]).to.include({
      NumberTargeted: 5,
      NumberSuccess: 5,
      NumberErrors: 0,
      FeatureType: 1,
      CollectionID: LAB,
    });
    expect(body.value[0].SummarizationTime).to.match(/^2026-01-0\dT/);
    const details = await ask('GET', `SMS_AppDeploymentAssetDetails?$filter=CollectionID eq '${LAB}'`);
    expect(details.body.value).to.have.length(5);
    const everybody = await ask('GET', 'SMS_FullCollectionMembership?$filter=IsClient eq true');
    expect(everybody.body.value.length).to.be.greaterThan(15);
    expect(
      (await ask('GET', "SMS_FullCollectionMembership?$filter=CollectionID eq 'ABC0DEAD'")).body.value,
    ).to.deep.equal([]);
    expect((await ask('GET', 'SMS_AppDeploymentAssetDetails?$filter=AssignmentID eq 1')).body.value).to.deep.equal([]);
  });

  it('lets a device be told to install and to remove, and takes nothing off by itself', async () => {
    await deploy(world, newer());
    await world.clock.advance(86_400_000);
    const software = `${applicationOf(world).modelId}/1`;
    expect(world.simulator.fleet.statusOf('LAB-0', software)).to.equal('installed');
    await ask('DELETE', `SMS_ApplicationAssignment(${deploymentsOf(world)[0]!.id})`);
    await world.clock.advance(86_400_000);
    expect(world.simulator.fleet.statusOf('LAB-0', software), 'after its deployment was deleted').to.equal('installed');
    await deploy(world, newer({ purpose: 'uninstall' }));
    await world.clock.advance(86_400_000);
    expect(world.simulator.fleet.statusOf('LAB-0', software)).to.equal('removed');
  });

  it('keeps an account of what happened', async () => {
    await deploy(world, newer());
    addDeployment(world, { AppModelID: 1, TargetCollectionID: CANARY });
    expect(world.simulator.ledger.entries.map(({ kind }) => kind)).to.deep.equal([
      'application_made',
      'content_sent',
      'assignment_made',
    ]);
  });

  it('holds every request against the contracts', () => {
    const request = (method: string, path: string, query = {}, body?: unknown) =>
      contract({ method, path, query, headers: {}, body });
    expect(request('POST', '/authoring/v1/applications', {}, { display_name: 'x' })).not.to.deep.equal([]);
    expect(request('GET', '/authoring/v1/health')).to.deep.equal([]);
    expect(request('GET', '/authoring/v1/nothing')).to.deep.equal(['the contract has no path /authoring/v1/nothing']);
  });

  it('holds requests against our own contract also where the other is not at hand', async () => {
    const alone = await contractOf({});
    expect(
      alone({ method: 'GET', path: '/AdminService/wmi/Anything', query: {}, headers: {}, body: undefined }),
    ).to.deep.equal([]);
    const body = { display_name: 'x', distribution_points: [] };
    expect(alone({ method: 'POST', path: '/authoring/v1/distributions', query: {}, headers: {}, body })).to.have.length(
      1,
    );
  });

  async function ask(method: string, path: string, { body, proof }: { body?: unknown; proof?: string } = {}) {
    const answer = await fetch(`${world.simulator.adminServiceUrl}/wmi/${path.replaceAll(' ', '%20')}`, {
      method,
      headers: {
        authorization: `Negotiate ${proof ?? world.secrets['env:PROOF']}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }
});

describe('the filters of the simulator', () => {
  const row = { Name: 'PC-1', Number: 7, Flag: true, Nothing: null };
  const cases: [string, boolean][] = [
    ["Name eq 'pc-1'", true],
    ["Name ne 'PC-1'", false],
    ['Number gt 6 and Number lt 8', true],
    ['Number ge 8 or Flag eq true', true],
    ['not (Number le 7)', false],
    ["startswith(Name,'PC') and endswith(Name,'1') and contains(Name,'c-')", true],
    ["contains(Nothing,'x')", false],
    ['Nothing eq null', true],
    ['Nothing gt 1', false],
    ["Name eq 'it''s'", false],
    ["(Number eq 1 or Number eq 7) and Name eq 'PC-1'", true],
  ];
  for (const [filter, holds] of cases) {
    it(`${filter} is ${holds}`, () => expect(parseFilter(filter).test(row)).to.equal(holds));
  }

  it('say what they cannot read', () => {
    for (const filter of [
      'Name',
      'Name eq',
      'Name eq word',
      "lower(Name,'x')",
      'Number eq 1 Number',
      '(Number eq 1',
      '§',
    ]) {
      expect(() => parseFilter(filter), filter).to.throw();
    }
  });

  it('cut rows that are in order to what can be wanted', () => {
    const rows = [1, 2, 3, 4, 5];
    const cut = (filter: string) => within(rows, (n) => n, parseFilter(filter), 'N');
    expect(cut('N gt 2 and N le 4')).to.deep.equal([3, 4]);
    expect(cut('N ge 2 and N lt 4')).to.deep.equal([2, 3]);
    expect(cut('N gt 2 or N eq 1')).to.deep.equal(rows);
    expect(compares('a', 'lt', 'B')).to.equal(true);
  });
});

describe('a rollout of the simulator', () => {
  it('deals devices out to one collection a ring', () => {
    const { devices, groups } = rollout(115);
    expect(devices).to.have.length(115);
    expect(groups).to.deep.equal({ lab: 'ABC00014', canary: 'ABC00015', pilot: 'ABC00016' });
    expect(devices.filter((device) => device.groups[0] === groups.lab)).to.have.length(10);
  });
});
