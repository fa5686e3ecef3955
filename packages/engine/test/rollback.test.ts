import { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { givenHub, givenIntent } from './a-hub.js';
import { codeOf } from './codes.js';

describe('rolling back', () => {
  it('brings back what was there before, under the correlation id of the publish', async () => {
    const { hub, assigned, clock } = await givenHub();
    await published(hub, await givenIntent(hub, '1.0.0'), 'old');
    clock.advance(1_000);
    const intent = await givenIntent(hub, '2.0.0');
    await published(hub, intent, 'new');
    expect(assigned()).to.deep.equal(['2.0.0 required on group-lab']);

    await hub.rollback(intent, { correlationId: 'new', reason: 'crashes' }, 'operator');
    await hub.settle();

    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
    const rollout = await hub.status('new');
    expect(rollout).to.deep.include({ status: 'ROLLED_BACK' });
    expect(rollout.rollback).to.deep.include({ status: 'SETTLED', correlationId: 'new' });
    expect(rollout.rollback!.runs[0]).to.nested.include({ 'previous.version': '1.0.0', reason: 'crashes' });
    expect(await hub.verify()).to.not.have.property('broken');
  });

  it('takes it off the devices when there was nothing before', async () => {
    const { hub, assigned } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    await published(hub, intent, 'only');
    await hub.rollback(intent, { correlationId: 'only', reason: 'crashes' }, 'operator');
    await hub.settle();
    expect(assigned()).to.deep.equal(['1.0.0 uninstall on group-lab']);
  });

  it('is done once, however often it is asked for', async () => {
    const { hub, ledger } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    await published(hub, intent, 'only');
    await hub.rollback(intent, { correlationId: 'only', reason: 'crashes' }, 'operator');
    await hub.settle();
    const before = ledger.length;
    const again = await codeOf(hub.rollback(intent, { correlationId: 'only', reason: 'crashes' }, 'operator'));
    await hub.settle();
    expect(again.code).to.equal('DUPLICATE_REQUEST');
    expect(again.details).to.have.nested.property('rollout.status', 'SETTLED');
    expect(ledger).to.have.length(before);
  });

  it('stops a publish that is still under way before it takes it back', async () => {
    const { hub, devices, assigned } = await givenHub();
    devices('group-lab', 'pending', 'pending');
    const intent = await givenIntent(hub, '1.0.0');
    await published(hub, intent, 'slow');
    await hub.rollback(intent, { correlationId: 'slow', reason: 'changed our mind' }, 'operator');
    await hub.settle();
    expect((await hub.status('slow')).status).to.equal('ROLLED_BACK');
    expect(assigned()).to.deep.equal(['1.0.0 uninstall on group-lab']);
  });

  it('goes on after a failure in the middle', async () => {
    const { hub, fail, clock, assigned } = await givenHub();
    await published(hub, await givenIntent(hub, '1.0.0'), 'old');
    clock.advance(1_000);
    const intent = await givenIntent(hub, '2.0.0');
    await published(hub, intent, 'new');
    fail(/^required 1.0.0/, () => new EucoraError('PLANE_UNREACHABLE', { what: 'connection reset' }), true);
    await hub.rollback(intent, { correlationId: 'new', reason: 'crashes' }, 'operator');
    await hub.settle();
    expect((await hub.status('new')).rollback!.status).to.equal('IN_PROGRESS');
    clock.advance(60_000);
    await hub.settle();
    expect((await hub.status('new')).rollback!.status).to.equal('SETTLED');
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('refuses what never touched a plane, what is not there, and what belongs to another intent', async () => {
    const { hub, control } = await givenHub();
    control.healthy = false;
    const intent = await givenIntent(hub, '1.0.0');
    const other = await givenIntent(hub, '2.0.0');
    await published(hub, intent, 'waiting');
    const ask = (id: string, correlationId: string) =>
      codeOf(hub.rollback(id, { correlationId, reason: 'no' }, 'operator'));
    expect((await ask(intent, 'waiting')).code).to.equal('NOT_ROLLED_OUT');
    expect((await ask(intent, 'nothing')).code).to.equal('RUN_NOT_FOUND');
    expect((await ask(other, 'waiting')).code).to.equal('RUN_NOT_FOUND');
  });
});

async function published(hub: Awaited<ReturnType<typeof givenHub>>['hub'], intent: string, correlationId: string) {
  await hub.publish(intent, { correlationId }, 'publisher');
  await hub.settle();
}
