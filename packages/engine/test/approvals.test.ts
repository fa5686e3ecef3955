import { needsApproval, type GateAnswer, type PolicyGate, type Quorum } from '@eucora/sdk';
import { expect } from 'chai';
import { bytesOf, givenHub, givenIntent } from './a-hub.js';
import { codeOf } from './codes.js';

const HOUR = 3_600_000;

describe('approvals', () => {
  it('take as many people as the gates ask for, each once', async () => {
    const { hub, ask } = await givenWaiting({ needed: 2 });
    const [first] = await ask();
    expect(first).to.include({ needed: 2, status: 'WAITING' });

    await hub.approve(first!.id, { note: 'seen' }, 'carol');
    await hub.approve(first!.id, {}, 'CAROL');
    await hub.settle();
    expect((await hub.status('asks')).status).to.equal('AWAITING_APPROVAL');

    const approved = await hub.approve(first!.id, {}, 'dave');
    await hub.settle();
    expect(approved.given.map(({ by }) => by)).to.deep.equal(['carol', 'dave']);
    expect((await hub.status('asks')).status).to.equal('SETTLED');
  });

  it('are never given by the requester, whoever made the package, an agent, or somebody who was not asked', async () => {
    const { hub, ask } = await givenWaiting({ needed: 1, from: ['carol', 'publisher', 'packager'] });
    const { id } = (await ask())[0]!;
    const refusal = async (by: string, request = {}) => (await codeOf(hub.approve(id, request, by))).code;
    expect(await refusal('publisher')).to.equal('SELF_APPROVAL');
    expect(await refusal('Publisher')).to.equal('SELF_APPROVAL');
    expect(await refusal('packager')).to.equal('APPROVER_NOT_ALLOWED');
    expect(await refusal('carol', { byAgent: true })).to.equal('APPROVER_NOT_ALLOWED');
    expect(await refusal('mallory')).to.equal('APPROVER_NOT_ALLOWED');
    expect((await ask())[0]).to.deep.include({ status: 'WAITING', given: [] });
  });

  it('are a yes to what was looked at, and to nothing else', async () => {
    const { hub, ask } = await givenWaiting();
    const { id, evidenceDigest, planDigest } = (await ask())[0]!;
    const other = { digests: { evidence: evidenceDigest, plan: 'f'.repeat(64) } };
    expect((await codeOf(hub.approve(id, other, 'carol'))).code).to.equal('APPROVAL_STALE');
    await hub.approve(id, { digests: { evidence: evidenceDigest, plan: planDigest } }, 'carol');
    await hub.settle();
    expect((await hub.status('asks')).status).to.equal('SETTLED');
  });

  it('are void when evidence comes in between, and are asked for again', async () => {
    const { hub, ask, ledger } = await givenWaiting();
    const { id } = (await ask())[0]!;
    await hub.attach('tool@1.0.0/windows', await givenDocument(hub), 'packager');
    await hub.approve(id, {}, 'carol');
    await hub.settle();

    const [old, fresh] = await ask();
    expect(old).to.include({ id, status: 'VOID', note: 'the evidence has changed since' });
    expect(fresh).to.include({ id: `${id}.2`, status: 'WAITING' });
    expect(fresh!.evidenceDigest).not.to.equal(old!.evidenceDigest);
    expect(ledger).to.be.empty;
    expect((await codeOf(hub.approve(id, {}, 'dave'))).code).to.equal('APPROVAL_NOT_FOUND');

    await hub.approve(fresh!.id, {}, 'carol');
    await hub.settle();
    expect((await hub.status('asks')).status).to.equal('SETTLED');
  });

  it('are void when the plane has changed, so that other operations would be done', async () => {
    const { hub, ask, apps } = await givenWaiting();
    const { id } = (await ask())[0]!;
    apps.set('tool@1.0.0', {
      name: 'tool',
      version: '1.0.0',
      mark: { intentId: 'x', correlationId: 'x', ring: 'lab' },
      targets: new Map(),
    });
    await hub.approve(id, {}, 'carol');
    await hub.settle();
    expect((await ask())[0]).to.include({ status: 'VOID', note: 'the plan has changed since' });
    expect((await hub.status('asks')).status).to.equal('AWAITING_APPROVAL');
  });

  it('are void when the gates have come to ask for more', async () => {
    const quorum = { needed: 1 };
    const { hub, ask } = await givenWaiting(quorum);
    const { id } = (await ask())[0]!;
    quorum.needed = 2;
    await hub.approve(id, {}, 'carol');
    await hub.settle();
    expect((await ask())[1]).to.include({ needed: 2, status: 'WAITING' });
  });

  it('expire by themselves, and refuse the run', async () => {
    const { hub, ask, clock, ledger } = await givenWaiting({ needed: 1, validHours: 8 });
    const { id } = (await ask())[0]!;
    clock.advance(8 * HOUR);
    expect((await codeOf(hub.approve(id, {}, 'carol'))).code).to.equal('APPROVAL_EXPIRED');
    await hub.settle();
    expect((await ask())[0]!.status).to.equal('EXPIRED');
    const { status, runs } = await hub.status('asks');
    expect([status, runs[0]!.lastError!.code]).to.deep.equal(['REFUSED', 'APPROVAL_EXPIRED']);
    expect(ledger).to.be.empty;
  });

  it('are no longer waited for when the run is halted', async () => {
    const { hub, ask, intent } = await givenWaiting();
    await hub.halt(intent, { reason: 'smoke' }, 'operator');
    expect((await ask())[0]).to.include({ status: 'VOID' });
    expect((await codeOf(hub.approve((await ask())[0]!.id, {}, 'carol'))).code).to.equal('APPROVAL_NOT_FOUND');
  });

  it('are only what all gates would take together', async () => {
    const gates = [
      asking('a', { needed: 1, from: ['carol', 'dave', 'erin'], validHours: 4 }),
      asking('b', { needed: 2, from: ['dave', 'erin', 'frank'] }),
    ];
    const { hub } = await givenHub({ gates });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'asks' }, 'publisher');
    await hub.settle();
    const { needed, from, requestedAt, expiresAt } = (await hub.approvals()).items[0]!;
    expect({ needed, from }).to.deep.equal({ needed: 2, from: ['dave', 'erin'] });
    expect(Date.parse(expiresAt) - Date.parse(requestedAt)).to.equal(4 * HOUR);
  });

  it('are not asked for when nobody could give them', async () => {
    const gates = [asking('a', { needed: 1, from: ['carol'] }), asking('b', { needed: 1, from: ['dave'] })];
    const { hub } = await givenHub({ gates });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'asks' }, 'publisher');
    await hub.settle();
    const [run] = (await hub.status('asks')).runs;
    expect(run!.reason).to.equal('the gates ask for 1 approvals, and all of them would take only nobody');
  });

  it('cost nothing while they are waited for', async () => {
    const { hub } = await givenWaiting();
    const before = (await hub.events({})).length;
    for (let look = 0; look < 5; look++) await hub.settle();
    expect(await hub.events({})).to.have.length(before);
  });
});

const asking = (name: string, approval: Quorum): PolicyGate => ({
  name,
  evaluate: async (): Promise<GateAnswer> => ({ ...needsApproval('it is Friday'), approval: { ...approval } }),
});

async function givenWaiting(quorum: Quorum = { needed: 1 }) {
  const given = await givenHub({ gates: [asking('cab', quorum)] });
  const intent = await givenIntent(given.hub, '1.0.0');
  await given.hub.publish(intent, { correlationId: 'asks' }, 'publisher');
  await given.hub.settle();
  return { ...given, intent, ask: async () => (await given.hub.approvals()).items };
}

async function givenDocument(hub: Awaited<ReturnType<typeof givenHub>>['hub']) {
  const bytes = bytesOf('{"a":"scan"}');
  const { sha256, size } = await hub.addArtifact(
    (async function* () {
      yield bytes;
    })(),
  );
  return { kind: 'scan' as const, sha256, size, fileName: 'scan.json' };
}
