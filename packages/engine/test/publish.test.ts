import { EucoraError, deny, needsApproval, type PolicyGate } from '@eucora/sdk';
import { expect } from 'chai';
import { givenHub, givenIntent } from './a-hub.js';
import { unavailable } from './a-plane.js';
import { codeOf } from './codes.js';

describe('publishing', () => {
  it('goes through every step and settles when the devices are well', async () => {
    const { hub, assigned } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');

    await hub.publish(intent, { ring: 'lab', correlationId: 'first' }, 'publisher');
    await hub.settle();

    const rollout = await hub.status('first');
    expect(rollout.status).to.equal('SETTLED');
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
    const types = (await hub.events({ correlationId: 'first' })).map(({ type }) => type);
    expect(types.filter((type) => type !== 'PLANE_REQUESTED')).to.deep.equal([
      'PUBLISH_REQUESTED',
      'RUN_QUEUED',
      'PREFLIGHT_PASSED',
      'EVIDENCE_GATHERED',
      'RISK_ASSESSED',
      'GATES_JUDGED',
      'PACK_SEALED',
      'RUN_ADMITTED',
      'OPERATION_STARTED',
      'OPERATION_DONE',
      'PACKAGE_PUBLISHED',
      'OPERATION_STARTED',
      'OPERATION_DONE',
      'ASSIGNMENT_CREATED',
      'COMPLIANCE_OBSERVED',
      'THRESHOLD_REACHED',
      'RUN_SETTLED',
    ]);
    expect(await hub.verify()).to.not.have.property('broken');
  });

  it('answers a repeat with the first outcome and touches nothing', async () => {
    const { hub, ledger } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    await hub.publish(intent, { ring: 'lab', correlationId: 'first' }, 'publisher');
    await hub.settle();
    const before = [...ledger];

    const error = await codeOf(hub.publish(intent, { ring: 'lab', correlationId: 'first' }, 'publisher'));
    await hub.settle();

    expect(error.code).to.equal('DUPLICATE_REQUEST');
    expect(error.details).to.have.nested.property('rollout.status', 'SETTLED');
    expect(ledger).to.deep.equal(before);
  });

  it('tells a repeat from another request under the same correlation id', async () => {
    const { hub } = await givenHub();
    const [one, two] = [await givenIntent(hub, '1.0.0'), await givenIntent(hub, '2.0.0')];
    await hub.publish(one, { ring: 'lab', correlationId: 'first' }, 'publisher');
    const error = await codeOf(hub.publish(two, { ring: 'lab', correlationId: 'first' }, 'publisher'));
    expect(error.code).to.equal('IDEMPOTENCY_CONFLICT');
  });

  it('lets one of many at once win, and names it to all others', async () => {
    const { hub, ledger } = await givenHub();
    const intent = await givenIntent(hub, '1.0.0');
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => hub.publish(intent, { correlationId: 'race' }, 'publisher')),
    );
    await hub.settle();
    expect(answers.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).to.have.nested.property('details.rollout.correlationId', 'race');
    }
    expect(ledger.filter((line) => line.startsWith('create'))).to.have.length(1);
  });

  it('asks every gate and refuses with all the reasons, before anything is written', async () => {
    const { hub, ledger } = await givenHub({
      gates: [
        gate('frozen', () => deny('until Monday')),
        gate('broken', () => explode()),
        gate('fine', () => ({ decision: 'allow', reasons: [] })),
      ],
    });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'no' }, 'publisher');
    await hub.settle();
    const rollout = await hub.status('no');
    expect(rollout.status).to.equal('REFUSED');
    expect(rollout.runs[0]!.reason).to.equal('frozen: until Monday; broken: could not answer: out of order');
    expect(ledger).to.be.empty;
  });

  it('takes the silence of a gate for a no', async () => {
    const { hub, clock } = await givenHub({ gates: [gate('silent', () => new Promise(() => {}))] });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'no' }, 'publisher');
    const settling = hub.settle();
    await untilQuiet();
    clock.advance(10_000);
    await settling;
    expect((await hub.status('no')).runs[0]!.reason).to.equal('silent: could not answer: no answer within 10 s');
  });

  it('waits for approval by somebody else, and goes on when it comes', async () => {
    const { hub, assigned } = await givenHub({ gates: [gate('cab', () => needsApproval('it is Friday'))] });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'asks' }, 'publisher');
    await hub.settle();
    const { items } = await hub.approvals({ status: 'WAITING' });
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({ reasons: ['cab: it is Friday'], requestedBy: 'publisher' });

    expect((await codeOf(hub.approve(items[0]!.id, {}, 'publisher'))).code).to.equal('SELF_APPROVAL');
    await hub.approve(items[0]!.id, { note: 'go' }, 'approver');
    await hub.settle();

    expect((await hub.status('asks')).status).to.equal('SETTLED');
    expect(assigned()).to.have.length(1);
    expect((await codeOf(hub.reject(items[0]!.id, { note: 'late' }, 'another'))).code).to.equal('APPROVAL_NOT_FOUND');
  });

  it('ends refused when the approval is rejected', async () => {
    const { hub, ledger } = await givenHub({ gates: [gate('cab', () => needsApproval('it is Friday'))] });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'asks' }, 'publisher');
    await hub.settle();
    await hub.reject((await hub.approvals()).items[0]!.id, { note: 'no' }, 'approver');
    await hub.settle();
    expect((await hub.status('asks')).status).to.equal('REFUSED');
    expect(ledger).to.be.empty;
  });

  it('waits for a plane that is down and goes on when it answers', async () => {
    const { hub, control, clock } = await givenHub();
    control.healthy = false;
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'patient' }, 'publisher');
    await hub.settle();
    const waiting = (await hub.status('patient')).runs[0]!;
    expect(waiting).to.deep.include({ status: 'QUEUED', step: 'preflight', failures: 1 });
    expect(waiting.lastError).to.include({ code: 'PLANE_UNREACHABLE', errorClass: 'transient' });

    control.healthy = true;
    clock.advance(60_000);
    await hub.settle();
    expect((await hub.status('patient')).status).to.equal('SETTLED');
  });

  it('asks the plane before it repeats a write whose answer was lost', async () => {
    const { hub, fail, ledger, clock } = await givenHub();
    fail(/^create/, () => new EucoraError('PLANE_UNREACHABLE', { what: 'connection reset' }), true);
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'lost' }, 'publisher');
    await hub.settle();
    clock.advance(60_000);
    await hub.settle();
    expect((await hub.status('lost')).status).to.equal('SETTLED');
    expect(ledger.filter((line) => line.startsWith('create'))).to.have.length(1);
  });

  it('ends failed, with the remedy, when the plane says never', async () => {
    const { hub, fail } = await givenHub();
    fail(/^create/, () => new EucoraError('PLANE_REJECTED', { what: 'the plane refuses the name' }));
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'never' }, 'publisher');
    await hub.settle();
    const { status, runs } = await hub.status('never');
    expect(status).to.equal('FAILED');
    expect(runs[0]!.lastError).to.include({ code: 'PLANE_REJECTED', what: 'the plane refuses the name' });
  });

  it('gives up after as many failures as allowed', async () => {
    const { hub, fail, clock } = await givenHub({ settings: { maxFailures: 3 } });
    for (let times = 0; times < 3; times++) fail(/^create/, unavailable);
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'tired' }, 'publisher');
    for (let day = 0; day < 5; day++) {
      await hub.settle();
      clock.advance(86_400_000);
    }
    expect((await hub.status('tired')).status).to.equal('FAILED');
  });

  it('waits for a plane that is away, however long, and says so', async () => {
    const { hub, control, clock } = await givenHub({ settings: { maxFailures: 3 } });
    control.healthy = false;
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'patient' }, 'publisher');
    for (let day = 0; day < 30; day++) {
      await hub.settle();
      clock.advance(86_400_000);
    }
    const [run] = (await hub.status('patient')).runs;
    expect(run).to.nested.include({ status: 'QUEUED', 'lastError.code': 'PLANE_UNREACHABLE' });
    control.healthy = true;
    await hub.settle();
    expect((await hub.status('patient')).status).to.equal('SETTLED');
  });

  it('does not touch more devices than the ring allows', async () => {
    const { hub, devices, ledger } = await givenHub();
    devices('group-lab', ...Array.from({ length: 11 }, () => 'pending' as const));
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'many' }, 'publisher');
    await hub.settle();
    const { status, runs } = await hub.status('many');
    expect(status).to.equal('REFUSED');
    expect(runs[0]!.lastError).to.include({
      code: 'SCOPE_TOO_LARGE',
      what: 'the scope holds 11 devices; ring lab allows 10',
    });
    expect(ledger).to.be.empty;
  });
});

describe('rings', () => {
  it('does not begin a ring before the one before it is settled', async () => {
    const { hub, devices, clock } = await givenHub();
    devices('group-lab', 'installed', 'pending');
    devices('group-canary', 'installed');
    const intent = await givenIntent(hub, '1.0.0');
    expect((await codeOf(hub.publish(intent, { ring: 'canary' }, 'publisher'))).code).to.equal('RING_NOT_READY');

    await hub.publish(intent, { correlationId: 'lab' }, 'publisher');
    await hub.settle();
    const early = await codeOf(hub.promote(intent, { correlationId: 'canary' }, 'publisher'));
    expect(early.code).to.equal('RING_NOT_READY');
    expect(early.details['gates']).to.have.length(1);

    devices('group-lab', 'installed', 'installed');
    clock.advance(300_000);
    await hub.settle();
    await hub.promote(intent, { correlationId: 'canary' }, 'publisher');
    await hub.settle();
    expect((await hub.status('canary')).ring).to.equal('canary');
    expect((await hub.intent(intent)).state).to.equal('COMPLETED');
    expect((await codeOf(hub.promote(intent, { correlationId: 'canary' }, 'publisher'))).code).to.equal(
      'DUPLICATE_REQUEST',
    );
  });

  it('watches devices check in, and takes the ring back when it cannot succeed any more', async () => {
    const { hub, devices, clock, assigned } = await givenHub();
    devices('group-lab', 'pending', 'pending');
    const intent = await givenIntent(hub, '1.0.0');
    await hub.publish(intent, { correlationId: 'lab' }, 'publisher');
    await hub.settle();
    expect((await hub.status('lab')).runs[0]).to.deep.include({ status: 'OBSERVING' });

    devices('group-lab', 'installed', 'failed');
    clock.advance(300_000);
    await hub.settle();
    const rollout = await hub.status('lab');
    expect(rollout.status).to.equal('ROLLED_BACK');
    expect(rollout.rollback?.status).to.equal('SETTLED');
    expect(rollout.runs[0]!.lastError?.code).to.equal('THRESHOLD_MISSED');
    expect(assigned()).to.deep.equal(['1.0.0 uninstall on group-lab']);
    expect((await hub.intent(intent)).state).to.equal('ROLLED_BACK');
  });

  it('stops, and leaves things as they are, when the intent says so', async () => {
    const { hub, devices, clock, assigned } = await givenHub();
    devices('group-lab', 'installed', 'pending');
    const intent = await givenIntent(hub, '1.0.0', { onFailure: 'halt' });
    await hub.publish(intent, { correlationId: 'lab' }, 'publisher');
    await hub.settle();
    clock.advance(25 * 3_600_000);
    await hub.settle();
    const { status, runs } = await hub.status('lab');
    expect(status).to.equal('HALTED');
    expect(runs[0]!.lastError?.code).to.equal('TIME_EXCEEDED');
    expect(assigned()).to.deep.equal(['1.0.0 required on group-lab']);
  });

  it('stops at once when somebody says halt', async () => {
    const { hub, devices } = await givenHub();
    devices('group-lab', 'pending');
    const intent = await givenIntent(hub, '1.0.0');
    await hub.publish(intent, { correlationId: 'lab' }, 'publisher');
    await hub.settle();
    const [halted] = await hub.halt(intent, { reason: 'smoke' }, 'operator');
    expect(halted).to.deep.include({ status: 'HALTED' });
    expect((await codeOf(hub.halt(intent, { reason: 'smoke' }, 'operator'))).code).to.equal('RUN_FINISHED');
  });
});

const gate = (name: string, answer: () => unknown): PolicyGate => ({
  name,
  evaluate: async () => (await answer()) as never,
});

const explode = (): never => {
  throw new Error('out of order');
};

const untilQuiet = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
