import { expect } from 'chai';
import { findBreak, type Storage, type StoredEvent } from '@eucora/engine';
import type { StorageUnderTest } from '@eucora/engine/testing';
import { isEucoraError } from '@eucora/sdk';
import { describeOnPostgres, givenHostOn } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

const IDS = 2_000;
const CLAIMS_EACH = 5;

describeOnPostgres('two hosts on one server', () => {
  let server: PostgresServer;
  let hosts: StorageUnderTest[];

  before(async () => {
    server = await startPostgres();
    hosts = await Promise.all([givenHostOn(server.url), givenHostOn(server.url)]);
  });
  after(async () => {
    await Promise.all((hosts ?? []).map((host) => host.stop()));
    await server?.stop();
  });

  it(`race for ${IDS} correlation ids: each has one winner, everybody else is told, the chain holds`, async function () {
    this.timeout(120_000);
    const claims = Array.from({ length: IDS * CLAIMS_EACH }, (_, n) =>
      claim(hosts[n % 2]!.storage, `id-${n % IDS}`, `claimant-${n}`),
    );
    const outcomes = await Promise.all(claims);

    expect(outcomes.filter((outcome) => outcome === 'won')).to.have.lengthOf(IDS);
    expect(outcomes.filter((outcome) => outcome === 'VERSION_CONFLICT')).to.have.lengthOf(IDS * (CLAIMS_EACH - 1));
    const events = await everything(hosts[0]!.storage);
    expect(findBreak(events)).to.equal(undefined);
    expect(events).to.have.lengthOf(IDS * 2);
    expect(new Set(events.map((event) => event.stream)).size).to.equal(IDS);
  });

  it('share the work: each job goes to one of them', async () => {
    const [a, b] = [hosts[0]!.storage.queue, hosts[1]!.storage.queue];
    await a.put(Array.from({ length: 200 }, (_, n) => ({ key: `shared:${n}`, priority: 20 })));
    const take = (queue: typeof a) => queue.claim({ limit: 7, leaseMs: 60_000, prefix: 'shared:' });
    const claimed: string[] = [];
    for (;;) {
      const jobs = (await Promise.all([take(a), take(b), take(a), take(b)])).flat();
      if (jobs.length === 0) break;
      claimed.push(...jobs.map((job) => job.key));
    }
    expect(claimed).to.have.lengthOf(200);
    expect(new Set(claimed).size).to.equal(200);
  });

  it('go on together when one of them writes jobs that the other completes', async () => {
    const [a, b] = [hosts[0]!.storage, hosts[1]!.storage];
    const keys = Array.from({ length: 40 }, (_, n) => `crossed:${n}`);
    await a.queue.put(keys.map((key) => ({ key, priority: 1 })));
    for (let round = 0; round < 10; round++) {
      const jobs = await b.queue.claim({ limit: 40, leaseMs: 60_000, prefix: 'crossed:' });
      await Promise.all([
        b.queue.complete(jobs.map((job) => ({ ...job, againMs: 0 })).reverse()),
        ...keys.map((key, n) =>
          a.events.append({
            writes: [{ stream: `crossed-${round}-${n}`, expectedVersion: 0, events: [event('x')] }],
            jobs: [{ key, priority: 1 }],
          }),
        ),
      ]);
    }
    expect(findBreak(await everything(a))).to.equal(undefined);
  });
});

async function claim(storage: Storage, id: string, actor: string): Promise<string> {
  try {
    await storage.events.append({
      writes: [{ stream: id, expectedVersion: 0, events: [event(actor), event(actor)] }],
      jobs: [{ key: `publish:${id}`, priority: 20, delayMs: 3_600_000 }],
    });
    return 'won';
  } catch (cause) {
    return isEucoraError(cause) ? cause.code : String(cause);
  }
}

const event = (actor: string) => ({ type: 'CLAIMED', data: { actor }, correlationId: 'race', actor });

async function everything(storage: Storage): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const page = await storage.events.readAll({ after: all.length, limit: 1_000 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
