import { expect } from 'chai';
import type { PlaneFailure } from '@eucora/sdk/http';
import { classify, failedInside, readComplaint } from '../src/errors.js';
import { readFeatures } from '../src/metadata.js';
import { failureOf, givenWorld, newer, type World } from './given.js';
import { deploy, deploymentsOf, journalOf } from './steps.js';

describe("what AdminService's answers mean", () => {
  const cases: [string, Partial<PlaneFailure>, object | undefined][] = [
    [
      '404 with "Access denied" is a matter of rights',
      { status: 404, body: said('Access denied  WMI QUERY: ') },
      { code: 'PLANE_FORBIDDEN' },
    ],
    [
      '404 of a body that it cannot read is our fault',
      { status: 404, body: said("ODataParameterReader.ReadAsync was called in the 'ResourceSet' state.") },
      { code: 'PLANE_REJECTED' },
    ],
    ['any other 404 is what it says', { status: 404, body: said('not found') }, {}],
    ['404 without a body is what it says', { status: 404 }, {}],
    ['403 is a matter of rights', { status: 403, body: said('no permission') }, {}],
    ['401 is a matter of Kerberos', { status: 401 }, {}],
    ['500 has its cause in the logs of the provider', { status: 500, body: said('generic failure') }, {}],
    ['409 was never seen there, and stays what it is', { status: 409 }, undefined],
    ['503 passes, as anywhere', { status: 503 }, undefined],
    ['429 passes, as anywhere', { status: 429 }, undefined],
  ];
  for (const [title, failure, reading] of cases) {
    it(title, () => {
      const found = classify(given(failure));
      if (reading === undefined) return expect(found).to.equal(undefined);
      expect(found).to.include(reading);
      expect(found?.what).to.contain('SMS_Package');
      if (!('code' in reading)) expect(found).not.to.have.property('code');
    });
  }

  it('names what to grant, and where to look', () => {
    expect(classify(given({ status: 403 }))?.remedy).to.contain('connector-spec.md');
    expect(classify(given({ status: 500 }))?.remedy).to.contain('SMSProv.log');
    expect(classify(given({ status: 401 }))?.remedy).to.contain('SPN');
  });

  it('reads the message of an error, whatever its shape', () => {
    expect(readComplaint(said('why'))).to.equal('why');
    expect(readComplaint({ error: 'why' })).to.equal('why');
    expect(readComplaint({ error: {} })).to.equal('an error without a message');
    for (const body of ['<html>', undefined, null, { value: [] }]) expect(readComplaint(body)).to.equal(undefined);
  });

  it('does not take a 2xx with an error in it for a success', () => {
    expect(failedInside('POST /x', 'Access denied')).to.include({
      code: 'PLANE_FORBIDDEN',
      errorClass: 'policy_violation',
    });
    expect(failedInside('POST /x', 'bad')).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
  });

  it('reads names out of the CSDL, and refuses what is none', () => {
    const { classes, methods } = readFeatures(
      '<edmx:Edmx Version="4.0"><EntityType Name="SMS_Site" BaseType="x"><Key/></EntityType><Action IsBound="true" Name="RequestRefresh"/></edmx:Edmx>',
    );
    expect([...classes]).to.deep.equal(['SMS_Site']);
    expect([...methods]).to.deep.equal(['RequestRefresh']);
    expect(() => readFeatures('<html><body>Sign in</body></html>')).to.throw('no CSDL');
  });
});

describe('an account without the rights', () => {
  let world: World;
  beforeEach(async () => {
    world = await givenWorld();
  });
  afterEach(() => world.stop());

  it('meets a 404 that says "Access denied", and a person is asked', async () => {
    world.simulator.refusals.set('SMS_Application', 'denied');
    const failure = await failureOf(deploy(world, newer()));
    expect(failure).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
    expect(failure.message).to.contain('SMS_Application').and.contain('Access denied');
    expect(world.simulator.writes).to.equal(0);
  });

  it('does not take an empty list for an empty site: collections', async () => {
    world.simulator.refusals.set('SMS_Collection', 'hidden');
    const failure = await failureOf(world.plane.countScope(world.ctx, { order: newer() }));
    expect(failure).to.include({ code: 'PLANE_FORBIDDEN' });
    expect(failure.message).to.contain('no collections at all');
  });

  it('does not take an empty list for an empty site: applications', async () => {
    world.simulator.refusals.set('SMS_Application', 'hidden');
    for (let turn = 0; turn < 2; turn++) {
      const failure = await failureOf(deploy(world, newer()));
      expect(failure).to.include({ code: 'PLANE_FORBIDDEN' });
      expect(failure.message).to.contain('no applications');
    }
    expect(world.simulator.state.applications.size, 'made once, and found there by the authoring endpoint').to.equal(1);
  });

  it('does not take an empty list for an empty site: distribution point groups', async () => {
    world.simulator.refusals.set('SMS_DistributionPointGroup', 'hidden');
    expect((await failureOf(deploy(world, newer()))).message).to.contain('no distribution point groups at all');
    expect((await world.plane.check(world.ctx)).healthy).to.equal(false);
  });

  it('cannot deploy, and leaves nothing half deployed', async () => {
    await world.plane.publishPackage(world.ctx, { order: newer(), journal: journalOf(world) });
    world.simulator.refusals.set('SMS_ApplicationAssignment', 'hidden');
    expect(await failureOf(deploy(world, newer()))).to.include({ code: 'PLANE_FORBIDDEN' });
    expect(deploymentsOf(world)).to.deep.equal([]);
  });

  it('sees no sites, and is not healthy', async () => {
    world.simulator.refusals.set('SMS_Site', 'hidden');
    expect((await world.plane.check(world.ctx)).detail).to.contain('no sites at all');
  });
});

describe('a site that lacks something', () => {
  it('is refused when it is connected, naming what it lacks', async () => {
    const world = await givenWorld({ connect: false, without: ['SMS_ContentPackage', 'SMS_R_System'] });
    const failure = await failureOf(world.plane.connect(world.ctx));
    expect(failure).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
    expect(failure.message).to.contain('SMS_ContentPackage, SMS_R_System');
    expect((await world.plane.check(world.ctx)).healthy).to.equal(false);
    await world.stop();
  });

  it('is refused at the method that it lacks', async () => {
    const world = await givenWorld({ without: ['AddDistributionPointGroup'] });
    expect((await failureOf(deploy(world, newer()))).message).to.contain('AddDistributionPointGroup');
    await world.stop();
  });

  it('is not the site of the configuration', async () => {
    const world = await givenWorld({ settings: { siteCode: 'QQQ' } });
    expect((await world.plane.check(world.ctx)).detail).to.equal('the SMS Provider knows no site QQQ, only ABC, XYZ');
    const other = await givenWorld({ settings: { sites: ['QQQ'] } });
    expect((await other.plane.check(other.ctx)).detail).to.equal('the SMS Provider knows no site QQQ');
    await world.stop();
    await other.stop();
  });

  it('is connected while it is down, and asked again by the first verb', async () => {
    const world = await givenWorld({ connect: false });
    world.simulator.faults.unavailable({ times: Infinity });
    await world.plane.connect(world.ctx);
    expect(world.ctx.logged.map(({ message }) => message)).to.deep.equal(['the AdminService does not answer yet']);
    world.simulator.faults.clear();
    await world.clock.advance(120_000);
    expect(await deploy(world, newer())).to.include('create_deployment');
    await world.stop();
  });
});

function said(message: string) {
  return { error: { code: '404', message } };
}

const given = (failure: Partial<PlaneFailure>): PlaneFailure => ({
  method: 'GET',
  target: 'smsprovider/AdminService/wmi/SMS_Package',
  status: 404,
  headers: {},
  body: undefined,
  networkCode: undefined,
  retryAfterMs: undefined,
  attempt: 1,
  replayable: true,
  ...failure,
});
