import { expect } from 'chai';
import {
  addIntent,
  aTenant,
  ended,
  expectStatus,
  publish,
  rollBack,
  startHostProcess,
  type Rollout,
} from './a-tenant.js';
import type { HostProcess } from './a-host.js';

/** Every event of a publish to an empty tenant, in order; `TYPE:n` is the n-th of its kind. */
const PUBLISH_EVENTS = [
  'PUBLISH_REQUESTED',
  'PREFLIGHT_PASSED',
  'EVIDENCE_GATHERED',
  'RISK_ASSESSED',
  'GATES_JUDGED',
  'RUN_ADMITTED',
  ...operations(3),
  'PACKAGE_PUBLISHED',
  ...operations(1, 3),
  'ASSIGNMENT_CREATED',
  'COMPLIANCE_OBSERVED',
  'THRESHOLD_REACHED',
  'RUN_SETTLED',
];

/** Of a rollback that moves one group from the newer app to the older. */
const ROLLBACK_EVENTS = ['ROLLBACK_REQUESTED', 'PREFLIGHT_PASSED', ...operations(2), 'TAKEN_BACK', 'RUN_ROLLED_BACK'];

const moments = (events: readonly string[]) => [`before:${events[0]}`, ...events.map((event) => `after:${event}`)];

describe('a host that is killed', function () {
  this.timeout(120_000);
  let tenant: Awaited<ReturnType<typeof aTenant>>;
  let fresh: { home: string; intent: string };
  let upgraded: { home: string; intent: string; apps: ReadonlyMap<string, unknown> };
  const writes = { publish: 0, rollback: 0 };

  before('prepare one folder before a publish, and one before a rollback', async () => {
    tenant = await aTenant();
    const home = await tenant.newHome();
    let host = await startHostProcess(home);
    await expectStatus(201, host.request('POST', '/api/connectors/', tenant.connector));
    const older = await addIntent(host, '1.0.0');
    await host.stop();
    fresh = { home, intent: older };

    const upgrading = await tenant.newHome(home);
    host = await startHostProcess(upgrading);
    const writesOf = async (work: () => Promise<unknown>) => {
      const sofar = tenant.simulator.writes;
      await work();
      return tenant.simulator.writes - sofar;
    };
    const settled = (id: string) => async () => {
      await publish(host, id === 'older' ? older : newer, id);
      expect((await ended(host, id, (rollout) => rollout))!.status).to.equal('SETTLED');
    };
    const newer = await addIntent(host, '2.0.0');
    writes.publish = await writesOf(settled('older'));
    await settled('newer')();
    await host.stop();
    upgraded = { home: upgrading, intent: newer, apps: tenant.remember() };

    host = await startHostProcess(await tenant.newHome(upgrading));
    writes.rollback = await writesOf(async () => {
      await rollBack(host, newer, 'newer');
      await ended(host, 'newer', (rollout) => rollout.rollback);
    });
    await host.stop();
  });

  after(() => tenant?.close());

  describe('in the middle of a publish', () => {
    for (const moment of moments(PUBLISH_EVENTS)) {
      it(`resumes when it died ${inWords(moment)}`, async () => {
        tenant.restore();
        const host = await startHostProcess(await tenant.newHome(fresh.home), moment);
        await thePublishIsFinished(host, fresh.intent);
      });
    }

    it('resumes when it died after the plane accepted a write and before it heard so, for each write', async function () {
      this.timeout(120_000 * writes.publish);
      expect(writes.publish).to.be.greaterThan(5);
      for (let turn = 1; turn <= writes.publish; turn++) {
        tenant.restore();
        const host = await startHostProcess(await tenant.newHome(fresh.home));
        killAtWrite(host, turn);
        await thePublishIsFinished(host, fresh.intent);
      }
    });
  });

  describe('in the middle of a rollback', () => {
    for (const moment of moments(ROLLBACK_EVENTS)) {
      it(`resumes when it died ${inWords(moment)}`, async () => {
        tenant.restore(upgraded.apps);
        const host = await startHostProcess(await tenant.newHome(upgraded.home), moment);
        await theRollbackIsFinished(host, upgraded.intent);
      });
    }

    it('resumes when it died after the plane accepted a write and before it heard so, for each write', async function () {
      this.timeout(120_000 * writes.rollback);
      expect(writes.rollback).to.be.greaterThan(0);
      for (let turn = 1; turn <= writes.rollback; turn++) {
        tenant.restore(upgraded.apps);
        const host = await startHostProcess(await tenant.newHome(upgraded.home));
        killAtWrite(host, turn);
        await theRollbackIsFinished(host, upgraded.intent);
      }
    });
  });

  const killAtWrite = (host: HostProcess, turn: number) => {
    let left = turn;
    const off = tenant.simulator.onAccepted(async () => {
      left -= 1;
      if (left > 0) return;
      off();
      host.child.kill('SIGKILL');
      await host.ended;
    });
  };

  async function thePublishIsFinished(dying: HostProcess, intent: string): Promise<void> {
    const { rollout, host } = await throughDeath(dying, intent, 'the-one', publish, (seen) => seen);
    expect(rollout).to.deep.include({ status: 'SETTLED' });
    expect(rollout.runs.map(({ status }) => status)).to.deep.equal(['SETTLED']);
    expect([...tenant.simulator.state.apps.values()]).to.have.length(1);
    expect(tenant.assignments()).to.deep.equal(['tool 1.0.0 required']);
    await theChainIsIntact(host);
    await host.stop();
  }

  async function theRollbackIsFinished(dying: HostProcess, intent: string): Promise<void> {
    const { rollout, host } = await throughDeath(dying, intent, 'newer', rollBack, (seen) => seen.rollback);
    expect(rollout).to.deep.include({ status: 'SETTLED' });
    expect((await host.request<Rollout>('GET', '/api/runs/newer/')).body.status).to.equal('ROLLED_BACK');
    expect([...tenant.simulator.state.apps.values()]).to.have.length(2);
    expect(tenant.assignments()).to.deep.equal(['tool 1.0.0 required']);
    await theChainIsIntact(host);
    await host.stop();
  }

  /** Asks, sees the host die, starts it again and asks the same once more, as a client would who never heard an answer. */
  async function throughDeath(
    dying: HostProcess,
    intent: string,
    correlationId: string,
    ask: typeof publish,
    part: (rollout: Rollout) => Rollout | undefined,
  ) {
    const heard = await ask(dying, intent, correlationId).catch(() => undefined);
    expect(await dying.ended).to.equal('SIGKILL');
    const host = await startHostProcess(dying.home);
    const again = await ask(host, intent, correlationId);
    if (heard?.status === 202) expect(again.status).to.equal(409);
    if (again.status === 409) expect(again.body).to.deep.include({ code: 'DUPLICATE_REQUEST' });
    else expect(again.status).to.equal(202);
    return { rollout: (await ended(host, correlationId, part))!, host };
  }

  async function theChainIsIntact(host: HostProcess): Promise<void> {
    const { body } = await host.request<{ broken?: unknown; events: number }>('GET', '/api/events/verify/');
    expect(body).to.not.have.property('broken');
    expect(body.events).to.be.greaterThan(5);
  }
});

function operations(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => [
    `OPERATION_STARTED:${from + index + 1}`,
    `OPERATION_DONE:${from + index + 1}`,
  ]).flat();
}

function inWords(moment: string): string {
  const [when, type, turn] = moment.split(':');
  return `${when} ${type}${turn ? ` ${turn}` : ''} was stored`;
}
