import { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { stub } from 'sinon';
import { givenHub, givenIntent, givenPackage } from './a-hub.js';
import { unavailable } from './a-plane.js';

const HOUR = 3_600_000;

describe('reconciling', () => {
  it('finds nothing where nothing has changed, a thousand times', async () => {
    const { hub, ledger } = await givenSettled();
    const before = ledger.length;
    for (let i = 0; i < 1_000; i++) {
      expect((await hub.reconcile({}, 'operator')).drift).to.be.empty;
    }
    expect(ledger).to.have.length(before);
  });

  it('creates a missing assignment in the lab again', async () => {
    const { hub, removeAssignment, assigned } = await givenSettled();
    removeAssignment('group-lab');
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift).to.have.length(1);
    expect(drift[0]).to.include({
      type: 'missing_assignment',
      class: 'MISSING',
      severity: 'high',
      status: 'REMEDIATED',
    });
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
    expect((await hub.reconcile({}, 'operator')).drift).to.be.empty;
  });

  it('puts the intended version back where another one is deployed', async () => {
    const { hub, apps, assigned } = await givenSettled();
    const target = 'group-lab';
    const mark = { intentId: 'by-hand', correlationId: 'x', ring: 'lab' as const };
    apps.get('tool@1.0.0')!.targets.clear();
    const held = { version: '0.9.0', target, mode: 'include' as const, purpose: 'required' as const };
    apps.set('tool@0.9.0', { name: 'tool', version: '0.9.0', mark, targets: new Map([[target, held]]) });
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift[0]).to.include({
      type: 'version_mismatch',
      class: 'MODIFIED',
      severity: 'medium',
      status: 'REMEDIATED',
    });
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('never touches a scope that differs: a person must look', async () => {
    const { hub, apps, ledger } = await givenSettled();
    const { targets } = apps.get('tool@1.0.0')!;
    targets.set('group-lab', { ...targets.get('group-lab')!, purpose: 'available' });
    const before = ledger.length;
    const first = await hub.reconcile({}, 'operator');
    expect(first.drift[0]).to.include({ type: 'scope_mismatch', severity: 'high', status: 'MANUAL_REVIEW' });
    const second = await hub.reconcile({}, 'operator');
    expect(second.drift[0]).to.deep.equal(first.drift[0]);
    expect(ledger).to.have.length(before);
    targets.set('group-lab', { ...targets.get('group-lab')!, purpose: 'required' });
    await hub.reconcile({}, 'operator');
    expect((await hub.drift()).items.map(({ status }) => status)).to.deep.equal(['RESOLVED']);
  });

  it('flags what carries our mark and no intent wants', async () => {
    const { hub, apps } = await givenSettled();
    const held = { version: '1.0.0', target: 'group-sales', mode: 'include' as const, purpose: 'required' as const };
    apps.get('tool@1.0.0')!.targets.set('group-sales', held);
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift).to.have.length(1);
    expect(drift[0]).to.include({ type: 'extra_assignment', class: 'EXTRA', severity: 'high' });
    expect(apps.get('tool@1.0.0')!.targets.has('group-sales')).to.equal(true);
  });

  it('triggers compliance remediation only where the intent allows it', async () => {
    for (const [remediateCompliance, status] of [
      [false, 'MANUAL_REVIEW'],
      [true, 'DETECTED'],
    ] as const) {
      const { hub, devices } = await givenSettled({ remediateCompliance });
      devices('group-lab', 'installed', 'failed');
      const { drift } = await hub.reconcile({}, 'operator');
      expect(drift[0]).to.include({ type: 'compliance_drift', severity: 'medium', status });
      expect(drift[0]!.attempts).to.equal(remediateCompliance ? 1 : 0);
    }
  });

  it('leaves privileged applications to people', async () => {
    const { hub, removeAssignment, assigned } = await givenHub();
    const packageKey = await givenPackage(hub, '1.0.0', { privileged: true });
    const rings = [{ ring: 'lab' as const, scopes: { plane: { include: ['group-lab'] } } }];
    const intent = await hub.createIntent({ packageKey, planes: ['plane'], rings }, 'publisher');
    await hub.publish(intent.id, { correlationId: 'p' }, 'publisher');
    await hub.settle();
    const [waiting] = (await hub.approvals()).items;
    if (waiting) await hub.approve(waiting.id, {}, 'approver');
    await hub.settle();
    removeAssignment('group-lab');
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift[0]).to.include({ type: 'missing_assignment', status: 'MANUAL_REVIEW' });
    expect(assigned()).to.be.empty;
  });

  it('tries three times, waiting 1, 2 and 4 hours, and then escalates', async () => {
    const { hub, removeAssignment, fail, clock } = await givenSettled();
    removeAssignment('group-lab');
    for (let i = 0; i < 3; i++) fail(/^required/, () => new EucoraError('PLANE_REJECTED', { what: 'no' }));
    const look = async () => (await hub.reconcile({}, 'operator')).drift[0]!;

    expect(await look()).to.include({ attempts: 1, status: 'DETECTED' });
    expect(await look()).to.include({ attempts: 1 });
    clock.advance(1 * HOUR);
    expect(await look()).to.include({ attempts: 2 });
    clock.advance(1 * HOUR);
    expect(await look()).to.include({ attempts: 2 });
    clock.advance(1 * HOUR);
    expect(await look()).to.include({ attempts: 3 });
    clock.advance(4 * HOUR);
    expect(await look()).to.include({ attempts: 3, status: 'CAB_ESCALATION' });
    expect((await hub.events({ types: ['DRIFT_ESCALATED'] })).length).to.equal(1);
  });

  it('does not take a newer version for drift of the older intent', async () => {
    const { hub, clock } = await givenSettled();
    clock.advance(1_000);
    const newer = await givenIntent(hub, '2.0.0');
    await hub.publish(newer, { correlationId: 'newer' }, 'publisher');
    await hub.settle();
    const report = await hub.reconcile({}, 'operator');
    expect(report).to.deep.include({ drift: [], orders: 1 });
    await hub.rollback(newer, { correlationId: 'newer', reason: 'crashes' }, 'operator');
    await hub.settle();
    expect(await hub.reconcile({}, 'operator')).to.deep.include({ drift: [], orders: 1 });
  });

  it('leaves an application alone while it is being taken back', async () => {
    const { hub, removeAssignment, ledger, assigned, rollBack } = await givenUpgraded();
    removeAssignment('group-lab');
    await rollBack();
    const before = ledger.length;
    expect((await hub.reconcile({}, 'operator')).drift).to.be.empty;
    expect(ledger).to.have.length(before);
    await hub.settle();
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('drops what it saw when a rollback is asked for meanwhile', async () => {
    const { hub, plane, removeAssignment, assigned, rollBack } = await givenUpgraded();
    removeAssignment('group-lab');
    const look = stub(plane, 'queryState');
    look.onFirstCall().callsFake(async (...asked) => {
      const seen = await look.wrappedMethod.apply(plane, asked);
      await rollBack();
      return seen;
    });
    look.callThrough();
    expect((await hub.reconcile({}, 'operator')).drift).to.be.empty;
    await hub.settle();
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('does not remedy when a rollback is asked for right before', async () => {
    const { hub, storage, removeAssignment, ledger, assigned, rollBack } = await givenUpgraded();
    removeAssignment('group-lab');
    const acquire = stub(storage.lease, 'acquire');
    acquire.callsFake(async (...asked) => {
      acquire.restore();
      await rollBack();
      return storage.lease.acquire(...asked);
    });
    const before = ledger.length;
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift[0]).to.include({ type: 'missing_assignment', status: 'RESOLVED' });
    expect(ledger).to.have.length(before);
    await hub.settle();
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('gives devices that were sent back the time of their ring before it calls them late', async () => {
    const { hub, devices, clock, rollBack } = await givenUpgraded();
    await rollBack();
    await hub.settle();
    devices('group-lab', 'pending', 'pending');
    expect((await hub.reconcile({}, 'operator')).drift).to.be.empty;
    clock.advance(25 * HOUR);
    const { drift } = await hub.reconcile({}, 'operator');
    expect(drift.map(({ type, packageKey }) => [type, packageKey])).to.deep.equal([
      ['compliance_drift', 'tool@1.0.0/windows'],
    ]);
  });

  it('closes what it flagged once it is gone, which only a look at everything can tell', async () => {
    const { hub, apps, intent, removeAssignment } = await givenSettled();
    const held = { version: '1.0.0', target: 'by-hand', mode: 'include' as const, purpose: 'required' as const };
    apps.get('tool@1.0.0')!.targets.set('by-hand', held);
    const openDrift = async () => (await hub.drift({ status: 'DETECTED' })).items.length;
    await hub.reconcile({}, 'operator');
    removeAssignment('by-hand');
    await hub.reconcile({ intentId: intent }, 'operator');
    expect(await openDrift()).to.equal(1);
    await hub.reconcile({}, 'operator');
    expect(await openDrift()).to.equal(0);
  });

  it('names a plane that cannot be asked, and calls nothing drift because of it', async () => {
    const { hub, fail } = await givenSettled();
    fail(/^observe/, unavailable);
    const report = await hub.reconcile({}, 'operator');
    expect(report.drift).to.be.empty;
    expect(report.unreachable).to.deep.equal([{ plane: 'plane', what: 'the plane answered 503' }]);
  });

  it('looks at every order of a plane, also where one of them cannot be compared', async () => {
    const { hub, fail, clock, removeAssignment, apps } = await givenSettled();
    clock.advance(1_000);
    const packageKey = await givenPackage(hub, '1.0.0', { name: 'other' });
    const rings = [{ ring: 'lab' as const, scopes: { plane: { include: ['group-lab'] } } }];
    const { id } = await hub.createIntent({ packageKey, planes: ['plane'], rings }, 'publisher');
    await hub.publish(id, { correlationId: 'other' }, 'publisher');
    await hub.settle();
    removeAssignment('group-lab');
    expect(apps.size).to.equal(2);
    fail(/^observe/, () => new EucoraError('PLANE_OBJECT_MISSING', { what: 'the group is gone' }));
    const report = await hub.reconcile({}, 'operator');
    expect(report.unreachable).to.deep.equal([{ plane: 'plane', what: 'the group is gone' }]);
    expect(report.drift.map(({ type, status }) => [type, status])).to.deep.equal([
      ['missing_assignment', 'REMEDIATED'],
    ]);
  });

  it('comes back by itself, as often as the criticality says', async () => {
    const { hub, removeAssignment, assigned, clock } = await givenSettled({ criticality: 'critical' });
    removeAssignment('group-lab');
    await hub.settle();
    expect(assigned()).to.be.empty;
    clock.advance(15 * 60_000);
    await hub.settle();
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });
});

async function givenSettled(more: Parameters<typeof givenIntent>[2] = {}) {
  const given = await givenHub();
  const intent = await givenIntent(given.hub, '1.0.0', more);
  await given.hub.publish(intent, { correlationId: 'first' }, 'publisher');
  await given.hub.settle();
  return { ...given, intent };
}

/** From 1.0.0 to 2.0.0, and a way to ask for the way back. */
async function givenUpgraded() {
  const given = await givenSettled();
  given.clock.advance(1_000);
  const intent = await givenIntent(given.hub, '2.0.0');
  await given.hub.publish(intent, { correlationId: 'second' }, 'publisher');
  await given.hub.settle();
  const rollBack = () => given.hub.rollback(intent, { correlationId: 'second', reason: 'it crashes' }, 'operator');
  return { ...given, intent, rollBack };
}
