import { expect } from 'chai';
import type { EucoraError, Order } from '@eucora/sdk';
import { givenPackage } from '@eucora/sdk/testing';
import { generateCertificate } from '../simulator/index.js';
import { CANARY, collected, givenWorld, LAB, newer, older, type World } from './given.js';
import { addApp, appOf, deploy, failureOf, groupsOf, journalOf, publish, theApp } from './steps.js';

describe('what people do to a plane', () => {
  let world: World;
  beforeEach(async () => (world = await givenWorld()));
  afterEach(() => world.stop());

  describe('a credential that is refused', () => {
    it('ends the work before anything is made, and names plane and remedy', async () => {
      const other = generateCertificate();
      const secrets = {
        resolve: async (reference: string) => (reference === 'env:CERTIFICATE' ? other.certificate : other.privateKey),
      };
      const refusal = await refused(
        world.plane.publishPackage({ ...world.ctx, secrets }, { order: newer(), journal: journalOf(world) }),
      );
      expect(refusal).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
      expect(refusal.message).to.match(/Entra ID gives no token: AADSTS700027/);
      expect(refusal.remedy).to.match(/certificate is registered/);
      expect(refusal.details).to.include({ plane: 'intune' });
      expect(world.simulator.writes).to.equal(0);
    });
  });

  describe('a permission that is missing', () => {
    const steps: Record<string, { readonly method: string; readonly path: RegExp }> = {
      'to read apps': { method: 'GET', path: /mobileApps$/ },
      'to make an app': { method: 'POST', path: /mobileApps$/ },
      'to upload content': { method: 'POST', path: /contentVersions$/ },
      'to change an app': { method: 'PATCH', path: /mobileApps\/[^/]+$/ },
      'to assign': { method: 'POST', path: /assign$/ },
    };
    for (const [name, match] of Object.entries(steps)) {
      it(`${name} waits for a person, and the work goes on from there once it is granted`, async () => {
        const body = { error: { code: 'Forbidden', message: 'The application is not authorized.' } };
        world.simulator.faults.inject({ kind: 'status', status: 403, body, match, times: Infinity });
        const journal = journalOf(world);
        const refusal = await refused(world.plane.remediate(world.ctx, { order: newer(), journal }));
        expect(refusal).to.include({ code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' });
        expect(refusal.message).to.include(`Graph refuses ${match.method} `).and.to.include('not authorized');
        expect(refusal.remedy).to.include('connector-spec.md');
        expect(refusal.details).to.include({ plane: 'intune' });
        const [half] = world.simulator.state.apps.keys();
        expect(journal.refs.app_id, 'whatever was made is on record').to.equal(half);

        world.simulator.faults.clear();
        await world.clock.advance(60_000);
        await world.plane.remediate(world.ctx, { order: newer(), journal });
        expect(groupsOf(theApp(world))).to.deep.equal([LAB]);
      });
    }
  });

  describe('a group that was deleted', () => {
    it('is named when its devices are counted, before anything is made', async () => {
      world.simulator.deleteGroup(LAB);
      const refusal = await refused(world.plane.countScope(world.ctx, { order: newer() }));
      expect(refusal).to.include({ code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' });
      expect(refusal.message).to.match(/Entra ID has no such group .*group-lab/);
      expect(refusal.remedy).to.match(/group ids in the intent's scopes/);
      expect(refusal.details).to.include({ plane: 'intune' });
    });

    it('is named when its states are asked for, and can still be taken off the app', async () => {
      await deploy(world, older());
      await deploy(world, newer());
      world.simulator.deleteGroup(LAB);
      const refusal = await refused(collected(world.plane.deviceStates(world.ctx, { order: newer() })));
      expect(refusal.message).to.include('group-lab');
      await takeBack(newer(), older().package);
      expect(groupsOf(appOf(world, '2.0.0'))).to.deep.equal([]);
      expect(groupsOf(appOf(world, '1.0.0'))).to.deep.equal([LAB]);
    });
  });

  describe('an app that a person made', () => {
    it('of the same name and version is neither adopted nor touched', async () => {
      await addApp(world, { notes: 'made by hand, please leave it', published: true });
      const theirs = theApp(world);
      theirs.fields.displayName = 'Example Tool 2.0.0';
      const before = structuredClone(theirs);
      await deploy(world, newer());
      await takeBack(newer());
      expect(world.simulator.state.apps.size).to.equal(2);
      expect(world.simulator.state.apps.get(theirs.id)).to.deep.equal(before);
    });

    it('under our mark, with other content, is a conflict that names both contents', async () => {
      await publish(world, newer());
      const app = theApp(world);
      const origin = 'a'.repeat(64);
      app.fields.notes = String(app.fields.notes).replace(/sha256=\w+/, `sha256=${origin}`);
      const before = structuredClone(app);
      const refusal = await refused(world.plane.remediate(world.ctx, { order: newer(), journal: journalOf(world) }));
      expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
      expect(refusal.message).to.include(app.id).and.to.include(origin).and.to.include(newer().package.artifact.sha256);
      expect(refusal.remedy).to.match(/another version, or delete/);
      expect(theApp(world)).to.deep.equal(before);
    });
  });

  describe('an app of ours that a person edited', () => {
    it('is the same app under another name, and keeps what was written beside our mark', async () => {
      await publish(world, newer());
      const app = theApp(world);
      app.fields.displayName = 'The tool, please do not remove';
      app.fields.notes = `Ask Jo before you touch this.\r\n${String(app.fields.notes)}\r\nThanks.`;
      await deploy(world, newer());
      expect(theApp(world).fields.displayName).to.equal('The tool, please do not remove');
      expect(theApp(world).fields.notes)
        .to.match(/^Ask Jo before you touch this\./)
        .and.to.match(/Thanks\.$/);
      expect(groupsOf(theApp(world))).to.deep.equal([LAB]);
    });

    it('is not made a second time when our mark was taken out, as long as the journal knows it', async () => {
      const journal = journalOf(world);
      await publish(world, newer(), journal);
      const app = theApp(world);
      const { notes } = app.fields;
      app.fields.notes = 'tidied up';
      const refusal = await refused(world.plane.remediate(world.ctx, { order: newer(), journal }));
      expect(refusal).to.include({ code: 'PLANE_CONFLICT', errorClass: 'permanent' });
      expect(refusal.message).to.include(app.id).and.to.include('Example Tool 2.0.0');
      expect(refusal.remedy).to.match(/back into its notes, or delete the app/);

      app.fields.notes = notes;
      await world.plane.remediate(world.ctx, { order: newer(), journal });
      expect(groupsOf(theApp(world))).to.deep.equal([LAB]);
    });

    it('is assigned again where a person aimed it at the group for another purpose', async () => {
      await deploy(world, newer({ scope: { include: [LAB, CANARY] } }));
      await world.clock.advance(60_000);
      const app = theApp(world);
      app.assignments = app.assignments.map((one) => ({ ...one, intent: 'available' }));
      const { done } = await world.plane.remediate(world.ctx, { order: newer(), journal: journalOf(world) });
      expect(done.map(({ params }) => params.group)).to.deep.equal([LAB]);
      expect(Object.fromEntries(app.assignments.map(({ target, intent }) => [target.groupId, intent]))).to.deep.equal({
        [LAB]: 'required',
        [CANARY]: 'available',
      });
    });
  });

  describe('a device that Intune does not know', () => {
    it('is unknown under the name that Entra ID has for it, and counted', async () => {
      await deploy(world, newer());
      const unknown = { status: 200, body: { value: [] } };
      const responses = ['0', '1', '2', '3', '4'].map((id) => ({ id, ...unknown }));
      world.simulator.faults.inject({ kind: 'wrongSuccess', body: { responses }, match: { path: /batch$/ } });
      const states = await collected(world.plane.deviceStates(world.ctx, { order: newer() }));
      expect(states.map(({ status }) => status)).to.deep.equal(Array(5).fill('unknown'));
      expect(new Set(states.map(({ deviceId }) => deviceId)).size).to.equal(5);
      expect(await world.plane.countScope(world.ctx, { order: newer() })).to.equal(5);
    });
  });

  describe('a package for another platform', () => {
    it('is refused by its name before Intune is asked anything', async () => {
      const order = newer({ package: givenPackage({ platform: 'macos' }) });
      for (const verb of [
        () => world.plane.publishPackage(world.ctx, { order, journal: journalOf(world) }),
        () => world.plane.plan(world.ctx, { order }),
      ]) {
        const refusal = await refused(verb());
        expect(refusal).to.include({ code: 'PLATFORM_MISMATCH', errorClass: 'permanent' });
        expect(refusal.message).to.match(/Example Tool@2\.0\.0\/macos is for macos; intune puts Win32 apps on Windows/);
        expect(refusal.remedy).to.match(/plane for that platform/);
      }
      expect(world.simulator.requests).to.have.length(0);
    });
  });

  const takeBack = (order: Order, previous?: Order['package']) =>
    world.plane.rollback(world.ctx, { order, journal: journalOf(world), ...(previous && { previous }) });
});

const refused = async (promise: Promise<unknown>) => (await failureOf(promise)) as EucoraError;
