import { type Platform } from '@eucora/sdk';
import { expect } from 'chai';
import { givenHub, givenPackage } from './a-hub.js';
import { aPlane } from './a-plane.js';
import { codeOf } from './codes.js';

const PLATFORMS: Readonly<Record<string, readonly Platform[]>> = {
  intune: ['windows'],
  jamf: ['macos', 'ios'],
  landscape: ['linux'],
};

describe('one intent for several planes', () => {
  it('puts on each plane the package for its devices', async () => {
    const { hub, planes, intent } = await givenFleets();
    expect(intent.packages).to.deep.equal({
      intune: 'tool@1.0.0/windows',
      jamf: 'tool@1.0.0/macos',
      landscape: 'tool@1.0.0/linux',
    });
    await hub.publish(intent.id, { correlationId: 'all' }, 'publisher');
    await hub.settle();
    const rollout = await hub.status('all');
    expect(rollout.runs.map(({ plane, status, order }) => [plane, status, order.package.platform])).to.deep.equal([
      ['intune', 'SETTLED', 'windows'],
      ['jamf', 'SETTLED', 'macos'],
      ['landscape', 'SETTLED', 'linux'],
    ]);
    for (const { assigned } of Object.values(planes)) expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('leaves each run to its own fate, and resumes the one whose plane was down', async () => {
    const { hub, planes, intent, clock } = await givenFleets();
    planes.jamf!.control.healthy = false;
    await hub.publish(intent.id, { correlationId: 'all' }, 'publisher');
    await hub.settle();
    expect(await statuses(hub)).to.deep.equal({ intune: 'SETTLED', jamf: 'QUEUED', landscape: 'SETTLED' });
    expect(planes.jamf!.ledger).to.be.empty;

    planes.jamf!.control.healthy = true;
    clock.advance(10 * 60_000);
    await hub.settle();
    expect(await statuses(hub)).to.deep.equal({ intune: 'SETTLED', jamf: 'SETTLED', landscape: 'SETTLED' });
  });

  it('takes each back, to what that plane had', async () => {
    const { hub, planes, intent } = await givenFleets();
    await hub.publish(intent.id, { correlationId: 'all' }, 'publisher');
    await hub.settle();
    await hub.rollback(intent.id, { correlationId: 'all', reason: 'it crashes' }, 'operator');
    await hub.settle();
    for (const { assigned } of Object.values(planes))
      expect(assigned()).to.deep.equal(['1.0.0 uninstall on group-lab']);
  });

  it('finds drift on the plane where it is', async () => {
    const { hub, planes, intent } = await givenFleets();
    await hub.publish(intent.id, { correlationId: 'all' }, 'publisher');
    await hub.settle();
    planes.landscape!.removeAssignment('group-lab');
    const { drift } = await hub.reconcile({ intentId: intent.id }, 'operator');
    expect(drift.map(({ plane, type, packageKey }) => [plane, type, packageKey])).to.deep.equal([
      ['landscape', 'missing_assignment', 'tool@1.0.0/linux'],
    ]);
  });

  it('says which platform is missing, and where there is more than one to choose from', async () => {
    const { hub, create } = await givenFleets();
    const missing = await codeOf(create('2.0.0', ['intune']));
    expect(missing).to.include({ code: 'PACKAGE_NOT_FOUND' });
    expect(missing.message).to.contain('tool@2.0.0 was never added for windows, which intune manages');

    await givenPackage(hub, '1.0.0', { platform: 'ios' });
    const ambiguous = await codeOf(create('1.0.0', ['jamf']));
    expect(ambiguous).to.include({ code: 'PACKAGE_AMBIGUOUS' });
    expect(ambiguous.message).to.contain('tool@1.0.0/macos or tool@1.0.0/ios');
  });
});

async function givenFleets() {
  const planes = Object.fromEntries(Object.keys(PLATFORMS).map((id) => [id, aPlane(id)]));
  const given = await givenHub({
    planes: {
      ids: () => Object.keys(PLATFORMS),
      get: (id) => (planes[id] ? { plane: planes[id].plane, platforms: PLATFORMS[id]! } : undefined),
    },
  });
  for (const { devices } of Object.values(planes)) devices('group-lab', 'installed');
  for (const platform of ['windows', 'macos', 'linux'] as const) await givenPackage(given.hub, '1.0.0', { platform });
  const create = (version: string, ids: readonly string[]) => {
    const scopes = Object.fromEntries(ids.map((id) => [id, { include: ['group-lab'] }]));
    const request = { packageKey: `tool@${version}`, planes: ids, rings: [{ ring: 'lab' as const, scopes }] };
    return given.hub.createIntent(request, 'publisher');
  };
  return { ...given, planes, create, intent: await create('1.0.0', Object.keys(PLATFORMS)) };
}

const statuses = async (hub: Awaited<ReturnType<typeof givenHub>>['hub']) =>
  Object.fromEntries((await hub.status('all')).runs.map(({ plane, status }) => [plane, status]));
