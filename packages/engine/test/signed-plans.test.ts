import { canonicalJson, planText, readPlan, signPlan, type SignedPlan } from '@eucora/sdk';
import { ephemeralSigner } from '@eucora/engine';
import { expect } from 'chai';
import { givenHub, givenIntent } from './a-hub.js';
import { unavailable } from './a-plane.js';
import { codeOf } from './codes.js';

const MINUTE = 60_000;

describe('a signed plan', () => {
  it('is applied exactly: these operations, in this order, under its own correlation id', async () => {
    const { hub, intent, plan, ledger } = await givenPlan();
    expect(ledger).to.be.empty;
    const rollout = await hub.publish(intent, { plan }, 'publisher');
    await hub.settle();

    expect(rollout.correlationId).to.equal(plan.plan.correlation_id);
    const { status, runs } = await hub.status(rollout.correlationId);
    expect(status).to.equal('SETTLED');
    const planned = plan.plan.planes[0]!.operations;
    expect(runs[0]!.operations.map(({ key }) => key)).to.deep.equal(planned.map(({ key }) => key));
    expect(ledger).to.deep.equal(planned.map(({ summary }) => summary));
  });

  it('says before each operation what must be true, and what it costs', async () => {
    const { plan } = await givenPlan();
    const [create, assign] = plan.plan.planes[0]!.operations;
    expect(create!.precondition).to.have.property('after').that.is.empty;
    expect(assign!.precondition).to.deep.equal({ state: create!.precondition.state, after: [create!.key] });
    expect(create).to.include({ cost: 1 });
  });

  it('is applied once: a repeat finds the first outcome, and does nothing', async () => {
    const { hub, intent, plan, ledger } = await givenPlan();
    await hub.publish(intent, { plan }, 'publisher');
    await hub.settle();
    const before = [...ledger];
    expect((await codeOf(hub.publish(intent, { plan }, 'publisher'))).code).to.equal('DUPLICATE_REQUEST');
    const renamed = hub.publish(intent, { plan, correlationId: 'another' }, 'publisher');
    expect((await codeOf(renamed)).code).to.equal('PLAN_INVALID');
    await hub.settle();
    expect(ledger).to.deep.equal(before);
  });

  it('is refused after its time', async () => {
    const { hub, intent, plan, clock } = await givenPlan();
    clock.advance(61 * MINUTE);
    expect((await codeOf(hub.publish(intent, { plan }, 'publisher'))).code).to.equal('PLAN_EXPIRED');
  });

  it('stops before the first write when the plane is not as it was, naming operation and field', async () => {
    const { hub, intent, plan, ledger, apps } = await givenPlan();
    apps.set('tool@0.9.0', {
      name: 'tool',
      version: '0.9.0',
      mark: { intentId: 'x', correlationId: 'x', ring: 'lab' },
      targets: new Map(),
    });
    await hub.publish(intent, { plan }, 'publisher');
    await hub.settle();
    const [run] = (await hub.status(plan.plan.correlation_id)).runs;
    expect(run!.status).to.equal('REFUSED');
    expect(run!.lastError).to.include({ code: 'PLAN_STALE' });
    expect(run!.lastError!.what).to.match(/^create tool@1.0.0\/windows \(.+\): packages\.0 was not there and is /);
    expect(ledger).to.be.empty;
  });

  it('stops in the middle when somebody else was there first', async () => {
    const { hub, intent, plan, ledger, apps, plane } = await givenPlan();
    const publish = plane.publishPackage;
    plane.publishPackage = async (ctx, request) => {
      const outcome = await publish(ctx, request);
      const held = { version: '0.9.0', target: 'group-lab', mode: 'include', purpose: 'required' } as const;
      const mark = { intentId: 'x', correlationId: 'x', ring: 'lab' } as const;
      apps.set('tool@0.9.0', { name: 'tool', version: '0.9.0', mark, targets: new Map([['group-lab', held]]) });
      return outcome;
    };
    await hub.publish(intent, { plan }, 'publisher');
    await hub.settle();
    const [run] = (await hub.status(plan.plan.correlation_id)).runs;
    expect([run!.status, run!.lastError!.code]).to.deep.equal(['HALTED', 'PLAN_STALE']);
    expect(run!.lastError!.what).to.include(
      'the plane asks for "unassign 0.9.0 from group-lab" first: kind was "assign"',
    );
    expect(ledger).to.deep.equal(['create tool@1.0.0/windows']);
  });

  it('goes on after a crash in the middle of an operation, and does none twice', async () => {
    const { hub, intent, plan, ledger, fail, clock } = await givenPlan();
    fail(/^create/, unavailable, true);
    await hub.publish(intent, { plan }, 'publisher');
    await hub.settle();
    clock.advance(5 * MINUTE);
    await hub.settle();
    expect((await hub.status(plan.plan.correlation_id)).status).to.equal('SETTLED');
    expect(ledger).to.have.length(2);
  });

  it('is refused with any byte flipped', async () => {
    const { hub, intent, plan } = await givenPlan();
    const text = planText(plan);
    let tried = 0;
    for (let at = 0; at < text.length; at += 7) {
      const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
      const apply = async () => hub.publish(intent, { plan: readPlan(flipped) }, 'publisher');
      expect((await codeOf(apply())).code, `byte ${at}: ${text.slice(at - 20, at + 20)}`).to.equal('PLAN_INVALID');
      tried += 1;
    }
    expect(tried).to.be.greaterThan(100);
    expect(canonicalJson(readPlan(text))).to.equal(canonicalJson(plan));
  });

  it('is refused when another hub signed it, or it is for something else', async () => {
    const { hub, intent, plan } = await givenPlan();
    const foreign = signPlan(plan.plan, ephemeralSigner());
    expect((await codeOf(hub.publish(intent, { plan: foreign }, 'publisher'))).code).to.equal('PLAN_INVALID');
    expect((await codeOf(hub.publish(intent, { plan, ring: 'canary' }, 'publisher'))).code).to.equal('PLAN_INVALID');
    const other = await givenIntent(hub, '2.0.0');
    expect((await codeOf(hub.publish(other, { plan }, 'publisher'))).code).to.equal('PLAN_INVALID');
    for (const nothing of [{}, { ...plan, signatures: [] }, { ...plan, more: 1 }])
      expect((await codeOf(hub.publish(intent, { plan: nothing as SignedPlan }, 'p'))).code).to.equal('PLAN_INVALID');
  });
});

async function givenPlan() {
  const given = await givenHub();
  const intent = await givenIntent(given.hub, '1.0.0');
  const { signed } = await given.hub.plan(intent, { ring: 'lab' }, 'publisher');
  return { ...given, intent, plan: signed! };
}
