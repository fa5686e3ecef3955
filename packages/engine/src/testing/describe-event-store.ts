/// <reference types="mocha" />
import assert from 'node:assert/strict';
import { findBreak, GENESIS_HASH } from '../chain.js';
import type { StoredEvent } from '../ports/event-store.js';
import type { Storage } from '../ports/storage.js';
import { fresh, happened, withCode, type GivenStorage, type StorageUnderTest } from './storage-under-test.js';

/** What it takes to be the memory of the hub. */
export function describeEventStore(name: string, given: GivenStorage): void {
  describe(`${name} is an event store`, () => {
    let under: StorageUnderTest;
    let storage: Storage;
    before(async () => {
      under = await given();
      storage = under.storage;
    });
    after(() => under.stop());

    describe('appending', () => {
      it('gives back what it stored, and reads it the same', async () => {
        const stream = fresh('stream');
        const before = await storage.events.head();
        const stored = await append(stream, 0, happened({ b: 1, a: 'x' }), happened({ n: 2 }));

        assert.deepEqual(
          stored.map(({ stream, version, position, data }) => ({ stream, version, position, data })),
          [
            { stream, version: 1, position: before.position + 1, data: { b: 1, a: 'x' } },
            { stream, version: 2, position: before.position + 2, data: { n: 2 } },
          ],
        );
        assert.equal(stored[0]!.prevHash, before.hash);
        assert.match(stored[0]!.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.deepEqual(await storage.events.readStream(stream), stored);
        assert.deepEqual(await storage.events.head(), { position: before.position + 2, hash: stored[1]!.hash });
      });

      it('writes several streams at once, in the order given', async () => {
        const [a, b] = [fresh('a'), fresh('b')];
        const stored = await storage.events.append({
          writes: [
            { stream: a, expectedVersion: 0, events: [happened('first')] },
            { stream: b, expectedVersion: 0, events: [happened('second')] },
            { stream: a, expectedVersion: 1, events: [happened('third')] },
          ],
        });
        assert.deepEqual(
          stored.map((event) => [event.stream, event.version, event.data]),
          [
            [a, 1, 'first'],
            [b, 1, 'second'],
            [a, 2, 'third'],
          ],
        );
      });

      it('keeps a copy: what the caller does to its data later changes nothing', async () => {
        const stream = fresh('stream');
        const data = { list: [1] };
        const appended = append(stream, 0, happened(data));
        data.list.push(2);
        await appended;
        data.list.push(3);
        assert.deepEqual((await storage.events.readStream(stream))[0]!.data, { list: [1] });
      });
    });

    describe('expected versions', () => {
      it('refuses a stream that exists when it must not, and says how far it is', async () => {
        const stream = fresh('stream');
        await append(stream, 0, happened(), happened());
        await assert.rejects(append(stream, 0, happened()), conflict(stream, 2));
        assert.equal((await storage.events.readStream(stream)).length, 2);
      });

      it('refuses a version that is not there yet', async () => {
        const stream = fresh('stream');
        await append(stream, 0, happened());
        await assert.rejects(append(stream, 2, happened()), conflict(stream, 1));
        await assert.rejects(append(fresh('none'), 3, happened()), withCode('VERSION_CONFLICT'));
      });

      it('stores nothing of an append when one of its streams has moved on', async () => {
        const [moved, other, job, view] = [fresh('moved'), fresh('other'), fresh('job'), fresh('view')];
        await append(moved, 0, happened());
        const head = await storage.events.head();
        await assert.rejects(
          storage.events.append({
            writes: [
              { stream: other, expectedVersion: 0, events: [happened()] },
              { stream: moved, expectedVersion: 0, events: [happened()] },
            ],
            jobs: [{ key: job, priority: 1 }],
            views: [{ collection: 'suite', id: view, body: { here: true } }],
          }),
          conflict(moved, 1),
        );
        assert.deepEqual(await storage.events.head(), head);
        assert.deepEqual(await storage.events.readStream(other), []);
        assert.deepEqual(await storage.queue.claim({ limit: 1, leaseMs: 1_000, prefix: job }), []);
        assert.equal(await storage.views.get('suite', view), undefined);
      });

      it('lets one of many win the same version, and tells every other', async () => {
        const stream = fresh('claim');
        const tries = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => append(stream, 0, happened({ n }))),
        );
        assert.equal(tries.filter((one) => one.status === 'fulfilled').length, 1);
        for (const one of tries) if (one.status === 'rejected') assert.ok(conflict(stream, 1)(one.reason));
        assert.equal((await storage.events.readStream(stream)).length, 1);
      });

      it('takes appends to one stream that follow each other without waiting', async () => {
        const stream = fresh('stream');
        await Promise.all([0, 1, 2, 3, 4].map((version) => append(stream, version, happened({ version }))));
        assert.deepEqual(
          (await storage.events.readStream(stream)).map((event) => event.data),
          [0, 1, 2, 3, 4].map((version) => ({ version })),
        );
      });
    });

    describe('work and views in the same breath', () => {
      it('records the work, and calls whoever waits for some', async () => {
        const key = fresh('job');
        let calls = 0;
        const end = storage.queue.onPut(() => (calls += 1));
        await storage.events.append({
          writes: [{ stream: fresh('stream'), expectedVersion: 0, events: [happened()] }],
          jobs: [{ key, priority: 20 }],
        });
        end();
        assert.equal(calls, 1);
        const [job] = await storage.queue.claim({ limit: 1, leaseMs: 1_000, prefix: key });
        assert.deepEqual(
          { key: job?.key, priority: job?.priority, attempt: job?.attempt },
          { key, priority: 20, attempt: 1 },
        );
      });

      it('writes, overwrites and removes rows; the last word in an append counts', async () => {
        const id = fresh('view');
        const write = (...bodies: (Record<string, unknown> | null)[]) =>
          storage.events.append({ writes: [], views: bodies.map((body) => ({ collection: 'suite', id, body })) });
        await write({ v: 1 }, { v: 2 });
        assert.deepEqual(await storage.views.get('suite', id), { v: 2 });
        await write({ v: 3 }, null);
        assert.equal(await storage.views.get('suite', id), undefined);
        await write(null, { v: 4 });
        assert.deepEqual(await storage.views.get('suite', id), { v: 4 });
      });
    });

    describe('a fence', () => {
      it('lets the holder of the job write, and put the job again', async () => {
        const { key, token } = await givenClaim();
        const stream = fresh('stream');
        await storage.events.append({
          writes: [{ stream, expectedVersion: 0, events: [happened()] }],
          jobs: [{ key, priority: 1 }],
          fence: { key, token },
        });
        assert.equal((await storage.events.readStream(stream)).length, 1);
      });

      it('refuses whoever lost the job to another, and stores nothing', async () => {
        const lost = await givenClaim();
        await under.later(2_000);
        const [taken] = await storage.queue.claim({ limit: 1, leaseMs: 1_000, prefix: lost.key });
        assert.ok(taken && taken.token > lost.token);

        const stream = fresh('stream');
        await assert.rejects(fenced(stream, lost), withCode('STALE_LEASE'));
        assert.deepEqual(await storage.events.readStream(stream), []);
        await fenced(stream, taken);
      });

      it('refuses a job that was completed, or never was', async () => {
        const done = await givenClaim();
        await storage.queue.complete([done]);
        await assert.rejects(fenced(fresh('stream'), done), withCode('STALE_LEASE'));
        await assert.rejects(fenced(fresh('stream'), { key: fresh('no-job'), token: 1 }), withCode('STALE_LEASE'));
      });

      it('refuses only the append that is stale', async () => {
        const [done, held] = [await givenClaim(), await givenClaim()];
        await storage.queue.complete([done]);
        const [good, bad] = [fresh('good'), fresh('bad')];
        const tries = await Promise.allSettled([
          ...[1, 2, 3].map((n) => append(`${good}-${n}`, 0, happened())),
          fenced(bad, done),
          fenced(`${good}-4`, held),
          append(bad, 1, happened('follows what was refused')),
        ]);
        assert.deepEqual(
          tries.map((one) => (one.status === 'fulfilled' ? 'stored' : (one.reason as { code: string }).code)),
          ['stored', 'stored', 'stored', 'STALE_LEASE', 'stored', 'VERSION_CONFLICT'],
        );
      });
    });

    describe('what cannot be kept', () => {
      const unstorable: Record<string, unknown> = {
        'U+0000': { text: 'a\0b' },
        'half a character': { text: 'a\ud800b' },
        NaN: { deep: [{ n: Number.NaN }] },
        'an infinite number': { n: Number.POSITIVE_INFINITY },
        'a big integer': { n: 1n },
        'nothing at all': undefined,
        'a function': () => 1,
      };
      for (const [what, data] of Object.entries(unstorable)) {
        it(`refuses ${what}, and goes on`, async () => {
          const stream = fresh('stream');
          const [bad, good] = await Promise.allSettled([
            append(stream, 0, { ...happened(), data }),
            append(fresh('other'), 0, happened()),
          ]);
          assert.ok(bad.status === 'rejected' && withCode('INPUT_INVALID')(bad.reason));
          assert.equal(good.status, 'fulfilled');
          assert.deepEqual(await storage.events.readStream(stream), []);
        });
      }

      it('refuses names that cannot be indexed', async () => {
        for (const stream of ['', 'x'.repeat(600), 'a\0b']) {
          await assert.rejects(append(stream, 0, happened()), withCode('INPUT_INVALID'));
        }
        await assert.rejects(append(fresh('s'), 0, { ...happened(), actor: 'a\0' }), withCode('INPUT_INVALID'));
      });

      it('refuses a write without an event, and a version below zero', async () => {
        await assert.rejects(append(fresh('s'), 0), withCode('INPUT_INVALID'));
        await assert.rejects(append(fresh('s'), -1, happened()), withCode('INPUT_INVALID'));
      });
    });

    it('hashes what it gives back: numbers, keys and letters of every kind', async () => {
      const odd = [
        { b: 1.0, a: -0, c: 1e21, d: 1e-7, e: 123456789012345680000, f: 5e-324, g: Number.MAX_SAFE_INTEGER, h: 0.1 },
        { ü: 'é', 'e\u0301': 'é', '😀': '\u2028 "quotes" \\u0000 \\ / \b\f\n\r\t \u0001', '': null, ' ': [] },
        { nested: { z: [1, { y: null, x: [[], {}] }], a: true }, '1': 'one', '10': 'ten', '2': 'two' },
        { proto: JSON.parse('{"__proto__": {"own": true}}') as unknown },
        null,
        'text',
        -1.5e300,
        [],
      ];
      const stream = fresh('stream');
      const stored = await append(stream, 0, ...odd.map((data) => happened(data)));
      const read = await storage.events.readStream(stream);
      assert.deepEqual(read, stored);
      const { position, prevHash } = stored[0]!;
      assert.equal(findBreak(read, { position: position - 1, hash: prevHash }), undefined);
    });

    describe('reading', () => {
      it('reads a stream after a version', async () => {
        const stream = fresh('stream');
        await append(stream, 0, happened(1), happened(2), happened(3));
        assert.deepEqual(
          (await storage.events.readStream(stream, 1)).map((event) => event.version),
          [2, 3],
        );
        assert.deepEqual(await storage.events.readStream(fresh('none')), []);
      });

      it('reads everything in order, page by page, as one unbroken chain', async () => {
        await Promise.all(Array.from({ length: 30 }, (_, n) => append(fresh('many'), 0, happened({ n }))));
        const all: StoredEvent[] = [];
        for (;;) {
          const page = await storage.events.readAll({ after: all.at(-1)?.position ?? 0, limit: 7 });
          if (page.length === 0) break;
          assert.ok(page.length <= 7);
          all.push(...page);
        }
        assert.equal(all[0]!.prevHash, GENESIS_HASH);
        assert.equal(findBreak(all), undefined);
        const last = all.at(-1)!;
        assert.deepEqual(await storage.events.head(), { position: last.position, hash: last.hash });
      });

      it('reads by correlation id and by type', async () => {
        const correlationId = fresh('correlation');
        const typed = (type: string) => ({ ...happened(type, correlationId), type });
        await append(fresh('a'), 0, typed('X'), happened());
        await append(fresh('b'), 0, typed('Y'), typed('X'));
        const read = async (types?: string[]) =>
          (await storage.events.readAll({ correlationId, ...(types && { types }) })).map((event) => event.type);
        assert.deepEqual(await read(), ['X', 'Y', 'X']);
        assert.deepEqual(await read(['X']), ['X', 'X']);
        assert.deepEqual(await read(['Z']), []);
      });
    });

    const append = (stream: string, expectedVersion: number, ...events: ReturnType<typeof happened>[]) =>
      storage.events.append({ writes: [{ stream, expectedVersion, events }] });

    const fenced = (stream: string, { key, token }: { readonly key: string; readonly token: number }) =>
      storage.events.append({
        writes: [{ stream, expectedVersion: 0, events: [happened()] }],
        fence: { key, token },
      });

    async function givenClaim() {
      const key = fresh('job');
      await storage.queue.put([{ key, priority: 1 }]);
      const [claim] = await storage.queue.claim({ limit: 1, leaseMs: 1_000, prefix: key });
      assert.ok(claim);
      return claim;
    }
  });
}

const conflict = (stream: string, actual: number) => (error: unknown) => {
  assert.ok(withCode('VERSION_CONFLICT')(error), String(error));
  const { details } = error as { details: Record<string, unknown> };
  assert.deepEqual(details, { stream, actual_version: actual });
  return true;
};
