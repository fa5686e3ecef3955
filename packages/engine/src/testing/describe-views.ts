/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Storage } from '../ports/storage.js';
import { fresh, withCode, type GivenStorage, type StorageUnderTest } from './storage-under-test.js';

/** What it takes to keep rows for lists. */
export function describeViews(name: string, given: GivenStorage): void {
  describe(`${name} keeps views`, () => {
    let under: StorageUnderTest;
    let storage: Storage;
    before(async () => {
      under = await given();
      storage = under.storage;
    });
    after(() => under.stop());

    it('gives a row back as it was written', async () => {
      const collection = fresh('rows');
      const body = { id: 'x', n: 1, list: ['a'], deep: { nothing: null, 'ü 😀': true } };
      await write(collection, { x: body });
      assert.deepEqual(await storage.views.get(collection, 'x'), body);
      assert.equal(await storage.views.get(collection, 'y'), undefined);
      assert.equal(await storage.views.get(fresh('none'), 'x'), undefined);
    });

    it('lists in order of id, page by page', async () => {
      const collection = fresh('rows');
      const ids = ['a', 'B', 'b-2', 'b', '10', '9', 'c'];
      await write(collection, Object.fromEntries(ids.map((id) => [id, { id }])));

      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await storage.views.list<{ id: string }>(collection, { limit: 2, ...(after && { after }) });
        seen.push(...page.items.map((row) => row.id));
        after = page.next;
      } while (after);
      assert.deepEqual(seen, [...ids].sort());
    });

    it('knows the last page, also when it is full', async () => {
      const collection = fresh('rows');
      await write(collection, { a: {}, b: {} });
      assert.equal('next' in (await storage.views.list(collection, { limit: 2 })), false);
      assert.deepEqual(await storage.views.list(fresh('none')), { items: [] });
    });

    it('lists 100 rows when it is not told how many', async () => {
      const collection = fresh('rows');
      await write(collection, Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`r${1000 + n}`, { n }])));
      const { items, next } = await storage.views.list(collection);
      assert.equal(items.length, 100);
      assert.equal(next, 'r1099');
    });

    it('lists what matches in every field', async () => {
      const collection = fresh('rows');
      await write(collection, {
        a: { status: 'WAITING', ring: 0, done: false, plane: 'intune' },
        b: { status: 'APPROVED', ring: 0, done: true, plane: 'intune' },
        c: { status: 'WAITING', ring: 1, done: false, plane: 'jamf' },
        d: { status: ['WAITING'], ring: '0', plane: null },
        e: {},
      });
      const found = async (where: Record<string, string | number | boolean | readonly string[]>) => {
        const rows = await Promise.all(
          ['a', 'b', 'c', 'd', 'e'].map(async (id) => [id, await storage.views.get(collection, id)] as const),
        );
        const { items } = await storage.views.list(collection, { where });
        return items.map((item) => rows.find(([, row]) => JSON.stringify(row) === JSON.stringify(item))?.[0]).join('');
      };
      assert.equal(await found({ status: 'WAITING' }), 'ac');
      assert.equal(await found({ status: ['WAITING', 'APPROVED'] }), 'abc');
      assert.equal(await found({ status: [] }), '');
      assert.equal(await found({ status: 'WAITING', plane: 'jamf' }), 'c');
      assert.equal(await found({ ring: 0 }), 'ab', 'a number is not its text');
      assert.equal(await found({ ring: '0' }), 'd');
      assert.equal(await found({ done: false }), 'ac', 'what is absent is not false');
      assert.equal(await found({ missing: 'x' }), '');
      assert.equal(await found({}), 'abcde');
    });

    it('matches while it pages', async () => {
      const collection = fresh('rows');
      await write(collection, { a: { s: 1 }, b: { s: 2 }, c: { s: 1 }, d: { s: 1 } });
      const first = await storage.views.list(collection, { where: { s: 1 }, limit: 2 });
      assert.deepEqual(first, { items: [{ s: 1 }, { s: 1 }], next: 'c' });
      const second = await storage.views.list(collection, { where: { s: 1 }, limit: 2, after: 'c' });
      assert.deepEqual(second, { items: [{ s: 1 }] });
    });

    it('finds nothing for a field or a value that only a mischief would name', async () => {
      const collection = fresh('rows');
      await write(collection, { a: { x: 1 } });
      const odd = [`x') or true --`, `"`, `x' or '1'='1`, '$1', ''];
      for (const field of odd)
        assert.deepEqual(await storage.views.list(collection, { where: { [field]: 1 } }), { items: [] });
      for (const value of odd)
        assert.deepEqual(await storage.views.list(collection, { where: { x: value } }), { items: [] });
    });

    it('refuses what cannot be stored', async () => {
      await assert.rejects(write('c', { a: { text: 'a\0b' } }), withCode('INPUT_INVALID'));
      await assert.rejects(write('c', { ['x'.repeat(600)]: {} }), withCode('INPUT_INVALID'));
    });

    const write = (collection: string, rows: Record<string, Record<string, unknown>>) =>
      storage.events.append({
        writes: [],
        views: Object.entries(rows).map(([id, body]) => ({ collection, id, body })),
      });
  });
}
