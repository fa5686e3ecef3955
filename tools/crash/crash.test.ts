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
  let host: HostProcess;
  let turn = 0;

  before(async () => {
    tenant = await aTenant();
    host = await startHostProcess(tenant.home);
    await expectStatus(201, host.request('POST', '/api/connectors/', tenant.connector));
  });

  after(async () => {
    await host?.stop();
    await tenant?.close();
  });

  describe('in the middle of a publish', () => {
    for (const moment of moments(PUBLISH_EVENTS)) {
      it(`resumes when it died ${inWords(moment)}`, async () => {
        const { name, intent } = await givenIntent();
        await host.dieAt(moment);
        await thePublishIsFinished(name, intent);
      });
    }

    it('resumes when it died after the plane accepted a write and before it heard so, for each write', async function () {
      const { name, intent } = await givenIntent();
      const writes = await writesOf(() => publishedTo(intent, name));
      expect(writes).to.be.greaterThan(5);
      this.timeout(120_000 * writes);
      for (let write = 1; write <= writes; write++) {
        const next = await givenIntent();
        dieAtWrite(write);
        await thePublishIsFinished(next.name, next.intent);
      }
    });
  });

  describe('in the middle of a rollback', () => {
    for (const moment of moments(ROLLBACK_EVENTS)) {
      it(`resumes when it died ${inWords(moment)}`, async () => {
        const { name, intent } = await givenUpgraded();
        await host.dieAt(moment);
        await theRollbackIsFinished(name, intent);
      });
    }

    it('resumes when it died after the plane accepted a write and before it heard so, for each write', async function () {
      const { name, intent } = await givenUpgraded();
      const writes = await writesOf(async () => {
        await expectStatus(202, rollBack(host, intent, `${name}-newer`));
        await ended(host, `${name}-newer`, (rollout) => rollout.rollback);
      });
      expect(writes).to.be.greaterThan(0);
      this.timeout(120_000 * writes);
      for (let write = 1; write <= writes; write++) {
        const next = await givenUpgraded();
        dieAtWrite(write);
        await theRollbackIsFinished(next.name, next.intent);
      }
    });
  });

  async function thePublishIsFinished(name: string, intent: string): Promise<void> {
    const rollout = await throughDeath(intent, `${name}-once`, publish, (seen) => seen);
    expect(rollout.runs.map(({ status }) => status)).to.deep.equal(['SETTLED']);
    expect(tenant.held(name)).to.deep.equal({ apps: 1, assignments: [`${name} 1.0.0 required`] });
    await theChainIsIntact();
  }

  async function theRollbackIsFinished(name: string, intent: string): Promise<void> {
    const rollout = await throughDeath(intent, `${name}-newer`, rollBack, (seen) => seen.rollback);
    expect(rollout.runs.map(({ status }) => status)).to.deep.equal(['SETTLED']);
    const undone = await host.request<Rollout>('GET', `/api/runs/${name}-newer/`);
    expect(undone.body.status).to.equal('ROLLED_BACK');
    expect(tenant.held(name)).to.deep.equal({ apps: 2, assignments: [`${name} 1.0.0 required`] });
    await theChainIsIntact();
  }

  /** Asks, sees the host die, starts it again and asks the same once more, as a client would who never heard an answer. */
  async function throughDeath(
    intent: string,
    correlationId: string,
    ask: typeof publish,
    part: (rollout: Rollout) => Rollout | undefined,
  ): Promise<Rollout> {
    const heard = await ask(host, intent, correlationId).catch(() => undefined);
    expect(await host.ended).to.equal('SIGKILL');
    host = await startHostProcess(tenant.home);
    const again = await ask(host, intent, correlationId);
    if (heard?.status === 202) expect(again.status).to.equal(409);
    if (again.status === 409) expect(again.body).to.deep.include({ code: 'DUPLICATE_REQUEST' });
    else expect(again.status).to.equal(202);
    return (await ended(host, correlationId, part))!;
  }

  async function theChainIsIntact(): Promise<void> {
    const { body } = await host.request<{ broken?: unknown; events: number }>('GET', '/api/events/verify/');
    expect(body).to.not.have.property('broken');
    expect(body.events).to.be.greaterThan(5);
  }

  /** An application of its own for each test, so that all can share one tenant and one folder. */
  async function givenIntent() {
    const name = `tool-${++turn}`;
    return { name, intent: await addIntent(host, name, '1.0.0') };
  }

  async function givenUpgraded() {
    const { name, intent } = await givenIntent();
    await publishedTo(intent, `${name}-older`);
    const newer = await addIntent(host, name, '2.0.0');
    await publishedTo(newer, `${name}-newer`);
    return { name, intent: newer };
  }

  async function publishedTo(intent: string, correlationId: string): Promise<void> {
    await expectStatus(202, publish(host, intent, correlationId));
    expect((await ended(host, correlationId, (rollout) => rollout))!.status).to.equal('SETTLED');
  }

  async function writesOf(work: () => Promise<void>): Promise<number> {
    const before = tenant.simulator.writes;
    await work();
    return tenant.simulator.writes - before;
  }

  function dieAtWrite(write: number): void {
    let left = write;
    const off = tenant.simulator.onAccepted(async () => {
      left -= 1;
      if (left > 0) return;
      off();
      host.child.kill('SIGKILL');
      await host.ended;
    });
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
