/// <reference types="mocha" />
import assert from 'node:assert/strict';
import { PRIORITY, type ClaimedJob, type Queue } from '../ports/queue.js';
import { fresh, withCode, type GivenStorage, type StorageUnderTest } from './storage-under-test.js';

const LEASE_MS = 10_000;

/** What it takes to be the record of what waits. */
export function describeQueue(name: string, given: GivenStorage): void {
  describe(`${name} is a queue`, () => {
    let under: StorageUnderTest;
    let queue: Queue;
    before(async () => {
      under = await given();
      queue = under.storage.queue;
    });
    after(() => under.stop());

    describe('claiming', () => {
      it('hands out what is due: highest priority first, then the oldest', async () => {
        const prefix = fresh('order');
        await queue.put([{ key: `${prefix}:reconcile`, priority: PRIORITY.reconcile }]);
        await queue.put([{ key: `${prefix}:publish-1`, priority: PRIORITY.publish }]);
        await under.later(5);
        await queue.put([{ key: `${prefix}:publish-2`, priority: PRIORITY.publish }]);
        await queue.put([{ key: `${prefix}:rollback`, priority: PRIORITY.rollback }]);
        await queue.put([{ key: `${prefix}:later`, priority: PRIORITY.rollback, delayMs: 60_000 }]);

        assert.deepEqual(keys(await claim(prefix, 2)), [`${prefix}:rollback`, `${prefix}:publish-1`]);
        assert.deepEqual(keys(await claim(prefix)), [`${prefix}:publish-2`, `${prefix}:reconcile`]);
        assert.deepEqual(await claim(prefix), []);
      });

      it('hands a job to one worker only, however many ask', async () => {
        const prefix = fresh('once');
        await queue.put(Array.from({ length: 50 }, (_, n) => ({ key: `${prefix}:${n}`, priority: n % 3 })));
        const claims = (await Promise.all(Array.from({ length: 10 }, () => claim(prefix, 10)))).flat();
        const rest = await claim(prefix);
        assert.equal(new Set(keys([...claims, ...rest])).size, 50);
        assert.equal(claims.length + rest.length, 50);
      });

      it('passes over what it is told to, and does not count it as due', async () => {
        const prefix = fresh('lanes');
        await queue.put(['a:jamf', 'b:intune', 'c:50%_\\'].map((end) => ({ key: `${prefix}:${end}`, priority: 1 })));
        const passOver = { startingWith: [`${prefix}:b`], endingWith: [':jamf', '%_\\'] };
        const everything = { startingWith: [''], endingWith: [] };
        assert.deepEqual(await queue.claim({ limit: 9, leaseMs: LEASE_MS, prefix, passOver }), []);
        assert.equal(await queue.nextDueMs(everything), undefined);
        const some = await queue.claim({
          limit: 9,
          leaseMs: LEASE_MS,
          prefix,
          passOver: { ...passOver, endingWith: [] },
        });
        assert.deepEqual(keys(some).sort(), [`${prefix}:a:jamf`, `${prefix}:c:50%_\\`]);
        assert.deepEqual(keys(await claim(prefix)), [`${prefix}:b:intune`]);
      });

      it('takes the prefix for what it is, also with signs that mean something to a database', async () => {
        const prefix = fresh('100%_\\');
        await queue.put([
          { key: `${prefix}:x`, priority: 1 },
          { key: `${prefix.replace('%', 'a')}:x`, priority: 1 },
        ]);
        assert.deepEqual(keys(await claim(prefix)), [`${prefix}:x`]);
      });

      it('refuses a key that cannot be stored', async () => {
        await assert.rejects(queue.put([{ key: 'a\0b', priority: 1 }]), withCode('INPUT_INVALID'));
        await assert.rejects(queue.put([{ key: '', priority: 1 }]), withCode('INPUT_INVALID'));
      });
    });

    describe('putting again', () => {
      it('never doubles a job', async () => {
        const key = fresh('job');
        await queue.put([
          { key, priority: 10 },
          { key, priority: 10 },
        ]);
        await queue.put([{ key, priority: 10 }]);
        assert.equal((await claim(key)).length, 1);
      });

      it('moves it forward in time and priority, never back', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10, delayMs: 60_000 }]);
        await queue.put([{ key, priority: 30, delayMs: 90_000 }]);
        await under.later(60_001);
        const [job] = await claim(key);
        assert.equal(job?.priority, 30);
        await queue.complete([job]);

        await queue.put([{ key, priority: 10, delayMs: 60_000 }]);
        await queue.put([{ key, priority: 5 }]);
        assert.equal((await claim(key))[0]?.priority, 10);
      });

      it('during a lease asks for another look after it', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const first = await only(key);
        await queue.put([{ key, priority: 30 }]);
        assert.deepEqual(await claim(key), [], 'its lease is respected');
        await queue.complete([first]);
        const second = await only(key);
        assert.equal(second.priority, 30);
        await queue.complete([second]);
        assert.deepEqual(await claim(key), []);
      });

      it('during a lease beats a later look that the worker wants', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const first = await only(key);
        await queue.put([{ key, priority: 10 }]);
        await queue.complete([{ ...first, againMs: 60_000 }]);
        assert.equal((await claim(key)).length, 1);
      });

      it('during a lease, with a delay, is not forgotten when the worker dies', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        await only(key);
        await queue.put([{ key, priority: 10, delayMs: 3 * LEASE_MS }]);
        await under.later(LEASE_MS + 1);
        await queue.complete([await only(key)]);
        assert.deepEqual(await claim(key), []);
        await under.later(2 * LEASE_MS);
        assert.equal((await claim(key)).length, 1);
      });
    });

    describe('completing', () => {
      it('ends the job', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        await queue.complete([await only(key)]);
        await under.later(10 * LEASE_MS);
        assert.deepEqual(await claim(key), []);
      });

      it('brings it back after a while, counting attempts anew', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        await queue.complete([{ ...(await only(key)), againMs: 5_000 }]);
        assert.deepEqual(await claim(key), []);
        await under.later(5_001);
        assert.equal((await only(key)).attempt, 1);
      });

      it('keeps counting attempts when the work failed', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        await queue.complete([{ ...(await only(key)), againMs: 0, failed: true }]);
        await queue.complete([{ ...(await only(key)), againMs: 0, failed: true }]);
        const third = await only(key);
        assert.equal(third.attempt, 3);
        await queue.complete([{ ...third, againMs: 0 }]);
        assert.equal((await only(key)).attempt, 1);
      });

      it('takes many at once, each in its own way', async () => {
        const prefix = fresh('bulk');
        await queue.put(['done', 'again', 'failed'].map((key) => ({ key: `${prefix}:${key}`, priority: 1 })));
        const jobs = await claim(prefix);
        await queue.complete(
          jobs.map((job) => ({
            ...job,
            ...(!job.key.endsWith('done') && { againMs: 0 }),
            failed: job.key.endsWith('failed'),
          })),
        );
        const back = (await claim(prefix)).map((job) => [job.key, job.attempt]).sort();
        assert.deepEqual(back, [
          [`${prefix}:again`, 1],
          [`${prefix}:failed`, 2],
        ]);
      });
    });

    describe('a lease', () => {
      it('that ends hands the job to another, with a higher token and one attempt more', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const first = await only(key);
        await under.later(LEASE_MS + 1);
        const second = await only(key);
        assert.ok(second.token > first.token);
        assert.equal(second.attempt, 2);

        assert.equal(await queue.renew(first, LEASE_MS), false);
        await queue.complete([first]);
        assert.equal(await queue.renew(second, LEASE_MS), true, 'the completion of a lost claim was passed over');
      });

      it('lasts while it is renewed', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const job = await only(key);
        await under.later(LEASE_MS - 1_000);
        assert.equal(await queue.renew(job, LEASE_MS), true);
        await under.later(LEASE_MS - 1_000);
        assert.deepEqual(await claim(key), []);
      });

      it('is over when the job is complete', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const job = await only(key);
        await queue.complete([{ ...job, againMs: 0 }]);
        assert.equal(await queue.renew(job, LEASE_MS), false);
      });

      it('has a token that grows also when the key was done in between', async () => {
        const key = fresh('job');
        await queue.put([{ key, priority: 10 }]);
        const first = await only(key);
        await queue.complete([first]);
        await queue.put([{ key, priority: 10 }]);
        assert.ok((await only(key)).token > first.token);
      });
    });

    describe('what comes next', () => {
      it('is told in milliseconds: the next start, or the end of a lease', async () => {
        await drain();
        assert.equal(await queue.nextDueMs(), undefined);

        const key = fresh('job');
        await queue.put([{ key: fresh('later'), priority: 30, delayMs: 600_000 }]);
        assert.ok(between(300_000, await queue.nextDueMs(), 600_000));
        await queue.put([{ key, priority: 10 }]);
        assert.equal(await queue.nextDueMs(), 0);
        await queue.claim({ limit: 1, leaseMs: 200_000, prefix: key });
        assert.ok(between(100_000, await queue.nextDueMs(), 200_000));
      });

      it('calls whoever listens, until it does not', async () => {
        let calls = 0;
        const end = queue.onPut(() => (calls += 1));
        await queue.put([{ key: fresh('job'), priority: 10 }]);
        end();
        await queue.put([{ key: fresh('job'), priority: 10 }]);
        assert.equal(calls, 1);
      });
    });

    it('takes nothing for nothing', async () => {
      await queue.put([]);
      await queue.complete([]);
      assert.deepEqual(await queue.claim({ limit: 0, leaseMs: LEASE_MS }), []);
    });

    const claim = (prefix: string, limit = 100) => queue.claim({ limit, leaseMs: LEASE_MS, prefix });

    async function only(key: string): Promise<ClaimedJob> {
      const [job, ...others] = await claim(key);
      assert.ok(job && others.length === 0, `one job ${key} is due`);
      return job;
    }

    /** Lets every lease and delay of earlier tests run out, and completes what is there. */
    async function drain(): Promise<void> {
      await under.later(24 * 3_600_000);
      for (;;) {
        const jobs = await queue.claim({ limit: 100, leaseMs: LEASE_MS });
        if (jobs.length === 0) return;
        await queue.complete(jobs);
      }
    }
  });
}

const keys = (jobs: readonly ClaimedJob[]) => jobs.map((job) => job.key);

const between = (low: number, value: number | undefined, high: number) =>
  value !== undefined && low < value && value <= high;
