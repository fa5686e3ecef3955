/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Lease } from '../ports/lease.js';
import { fresh, withCode, type GivenStorage, type StorageUnderTest } from './storage-under-test.js';

const TTL_MS = 10_000;

/** What it takes to be an exclusive hold. */
export function describeLease(name: string, given: GivenStorage): void {
  describe(`${name} is a lease`, () => {
    let under: StorageUnderTest;
    let lease: Lease;
    before(async () => {
      under = await given();
      lease = under.storage.lease;
    });
    after(() => under.stop());

    it('is given to one, and to nobody else meanwhile', async () => {
      const name = fresh('lease');
      const held = await lease.acquire(name, 'a', TTL_MS);
      assert.equal(held?.name, name);
      assert.equal(await lease.acquire(name, 'b', TTL_MS), undefined);
      assert.equal(await lease.acquire(name, 'a', TTL_MS), undefined, 'not even to the holder a second time');
      assert.ok(await lease.acquire(fresh('lease'), 'b', TTL_MS), 'other names are free');
    });

    it('is given to one of many who ask at once', async () => {
      const name = fresh('lease');
      const tries = await Promise.all(Array.from({ length: 10 }, (_, n) => lease.acquire(name, `h${n}`, TTL_MS)));
      assert.equal(tries.filter(Boolean).length, 1);
    });

    it('is free again once released, with a higher token', async () => {
      const name = fresh('lease');
      const first = await acquired(name);
      await lease.release(first);
      assert.ok((await acquired(name)).token > first.token);
    });

    it('passes on when its time is over; the one who lost it can neither renew nor release it', async () => {
      const name = fresh('lease');
      const lost = await acquired(name);
      await under.later(TTL_MS + 1);
      assert.equal(await lease.renew(lost, TTL_MS), false);
      const taken = await acquired(name);
      assert.ok(taken.token > lost.token);

      assert.equal(await lease.renew(lost, TTL_MS), false);
      await lease.release(lost);
      assert.equal(await lease.acquire(name, 'c', TTL_MS), undefined, 'it is still held');
    });

    it('lasts while it is renewed', async () => {
      const name = fresh('lease');
      const held = await acquired(name);
      await under.later(TTL_MS - 1_000);
      assert.equal(await lease.renew(held, TTL_MS), true);
      await under.later(TTL_MS - 1_000);
      assert.equal(await lease.acquire(name, 'b', TTL_MS), undefined);
    });

    it('refuses a name that cannot be stored', async () => {
      await assert.rejects(lease.acquire('a\0b', 'a', TTL_MS), withCode('INPUT_INVALID'));
    });

    async function acquired(name: string) {
      const held = await lease.acquire(name, 'somebody', TTL_MS);
      assert.ok(held);
      return held;
    }
  });
}
