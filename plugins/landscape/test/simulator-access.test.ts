import { expect } from 'chai';
import { virtualClock, type MovableClock } from '@eucora/sdk/testing';
import { startLandscapeSimulator, type LandscapeSimulator } from '../simulator/index.js';
import { asking, type Asker } from './asking.js';
import { FLEET } from './given.js';

const HOUR = 3_600_000;

/** The first two of the nine points of the facts file, section 4. The others are in simulator.test.ts. */
describe('the simulator of Landscape', () => {
  let clock: MovableClock;
  let simulator: LandscapeSimulator;
  let ask: Asker;
  beforeEach(async () => {
    clock = virtualClock({ autoAdvance: true });
    simulator = await startLandscapeSimulator({ clock, fleet: FLEET });
    ask = await asking(simulator);
  });
  afterEach(() => simulator.close());

  describe('1. checks who asks', () => {
    it('takes a right signature, and the same token on all surfaces', async () => {
      expect((await ask.bySignature('GetPackageProfiles')).status).to.equal(200);
      expect((await ask.legacy('GetPackageProfiles')).status).to.equal(200);
      expect((await ask.rest('GET', '/api/v2/computers')).status).to.equal(200);
    });

    it('refuses a wrong key, an old timestamp, another method and a missing slash as SignatureDoesNotMatch', async () => {
      const refusals = [
        await ask.bySignature('GetPackageProfiles', { secretKey: 'wrong' }),
        await ask.bySignature('GetPackageProfiles', { accessKey: 'nobody' }),
        await ask.bySignature('GetPackageProfiles', { now: new Date(clock.now().getTime() - HOUR) }),
        await ask.bySignature('GetPackageProfiles', { path: '/api' }),
        await ask.bySignature('GetPackageProfiles', { tampered: true }),
        await ask.post('/api/', 'action=GetPackageProfiles&version=2011-08-01&access_key_id=ACCESSKEYOFTHESIMULATOR'),
      ];
      for (const { status, body } of refusals) {
        expect(status).to.equal(403);
        expect(body).to.include({ error: 'SignatureDoesNotMatch' });
      }
    });

    it('refuses a wrong log-in, and a token that has had its time', async () => {
      const json = { access_key: simulator.accessKey, secret_key: 'wrong' };
      expect((await ask.rest('POST', '/api/v2/login/access-key', json)).status).to.equal(401);
      await clock.advance(24 * HOUR);
      expect((await ask.rest('GET', '/api/v2/computers')).status).to.equal(401);
    });

    it('wants the version of the legacy API, and a POST for what changes state', async () => {
      expect((await ask.legacy('GetPackageProfiles', { version: '' })).body).to.include({ error: 'InvalidVersion' });
      const url = `/api/?action=RemovePackageProfile&version=2011-08-01&name=x`;
      expect((await ask.rest('GET', url)).body).to.include({ error: 'InvalidMethod' });
      expect((await ask.rest('GET', '/api/?action=GetPackageProfiles&version=2011-08-01')).status).to.equal(200);
      expect((await ask.legacy('MakeCoffee')).body).to.include({ error: 'UnknownAction' });
    });
  });

  describe('2. is of a version', () => {
    it('wants JSON and has the package archive from 26.04 on', async () => {
      const bare = await ask.post('/debarchive/v1beta1/locals', '', {
        authorization: `Bearer ${ask.token}`,
        'content-type': 'text/plain',
      });
      expect(bare.status).to.equal(415);
      expect(
        (await ask.legacy('ListPocket', { name: 'lab', series: 'noble', distribution: 'ubuntu' })).body,
      ).to.include({
        error: 'UnknownAction',
      });
      expect((await ask.rest('GET', '/api/v2/about')).body).to.include({ package_version: '26.04.1' });
    });

    it('has pockets and no archive before', async () => {
      const old = await startLandscapeSimulator({ clock, version: '25.10' });
      await simulator.close();
      simulator = old;
      ask = await asking(simulator);
      expect((await ask.rest('GET', '/debarchive/v1beta1/locals/eucora')).status).to.equal(404);
      const place = { name: 'lab', series: 'noble', distribution: 'ubuntu' };
      expect((await ask.legacy('ListPocket', place)).body).to.deep.equal({ 'main/amd64': [] });
      expect((await ask.legacy('SyncMirrorPocket', place)).body).to.include({ error: 'InvalidPocketMode' });
      await ask.legacy('PullPackagesToPocket', place);
      expect((await ask.legacy('ListPocket', { ...place, name: 'canary' })).body).to.include({
        error: 'OperationInProgress',
      });
    });
  });
});
