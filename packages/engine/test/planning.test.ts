import { deny } from '@eucora/sdk';
import { expect } from 'chai';
import { givenHub, givenIntent } from './a-hub.js';
import { codeOf } from './codes.js';

describe('planning', () => {
  it('says what a publish would do and does none of it', async () => {
    const { hub, ledger } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    const before = (await hub.events({})).length;
    const plan = await hub.plan(intent, { ring: 'lab' }, 'publisher');
    expect(plan.decision).to.equal('allow');
    expect(plan.runs[0]!.operations?.map(({ summary }) => summary)).to.deep.equal([
      'create tool@1.0.0/windows',
      'required 1.0.0 on group-lab',
    ]);
    expect(ledger).to.be.empty;
    expect(await hub.events({})).to.have.length(before);
  });

  it('announces the operations that the publish then does, by key and in order', async () => {
    const { hub } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    const plan = await hub.plan(intent, { correlationId: 'planned' }, 'publisher');
    await hub.publish(intent, { correlationId: 'planned' }, 'publisher');
    await hub.settle();
    const done = (await hub.status('planned')).runs[0]!.operations;
    expect(done.map(({ key }) => key)).to.deep.equal(plan.runs[0]!.operations!.map(({ key }) => key));
  });

  it('has nothing left to do once published', async () => {
    const { hub } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    await hub.publish(intent, { correlationId: 'done' }, 'publisher');
    await hub.settle();
    expect((await hub.plan(intent, {}, 'publisher')).runs[0]!.operations).to.be.empty;
  });

  it('shows the refusal of a gate without refusing to plan', async () => {
    const { hub } = await givenHub({ gates: [{ name: 'frozen', evaluate: async () => deny('until Monday') }] });
    const plan = await hub.plan(await givenIntent(hub, '1.0.0'), {}, 'publisher');
    expect(plan.decision).to.equal('deny');
    expect(plan.runs[0]!.verdicts.find(({ gate }) => gate === 'frozen')!.reasons).to.deep.equal(['until Monday']);
  });

  it('names the ring, the plane or the intent that is not there', async () => {
    const { hub } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    expect((await codeOf(hub.plan(intent, { ring: 'global' }, 'p'))).code).to.equal('RING_NOT_IN_INTENT');
    expect((await codeOf(hub.plan(intent, { planes: ['jamf'] }, 'p'))).code).to.equal('PLANE_UNKNOWN');
    expect((await codeOf(hub.plan('nothing', {}, 'p'))).code).to.equal('INTENT_NOT_FOUND');
  });
});
