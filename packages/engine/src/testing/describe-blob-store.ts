/// <reference types="mocha" />
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { BlobStore } from '../ports/blob-store.js';
import { fresh, withCode, type GivenStorage, type StorageUnderTest } from './storage-under-test.js';

/** What it takes to keep bytes by their digest. */
export function describeBlobStore(name: string, given: GivenStorage): void {
  describe(`${name} is a blob store`, () => {
    let under: StorageUnderTest;
    let blobs: BlobStore;
    before(async () => {
      under = await given();
      blobs = under.storage.blobs;
    });
    after(() => under.stop());

    it('gives back the bytes, under their digest', async () => {
      const bytes = Buffer.from(fresh('bytes'));
      const info = await blobs.put(inChunks(bytes));
      assert.deepEqual(info, { sha256: digestOf(bytes), size: bytes.length });
      assert.deepEqual(await read(info.sha256), bytes);
      assert.deepEqual(await read(info.sha256), bytes, 'a second time, from the start');
      assert.deepEqual(await blobs.stat(info.sha256), info);
    });

    it('keeps the same bytes once, also when they come at the same time', async () => {
      const bytes = Buffer.from(fresh('bytes'));
      const infos = await Promise.all([1, 2, 3].map(() => blobs.put(inChunks(bytes))));
      for (const info of infos) assert.deepEqual(info, { sha256: digestOf(bytes), size: bytes.length });
      assert.deepEqual(await blobs.put(inChunks(bytes)), infos[0]);
      assert.deepEqual(await read(digestOf(bytes)), bytes);
    });

    it('keeps no bytes at all, and a megabyte', async () => {
      const none = await blobs.put(inChunks(Buffer.alloc(0)));
      assert.deepEqual(none, { sha256: digestOf(Buffer.alloc(0)), size: 0 });
      assert.deepEqual(await read(none.sha256), Buffer.alloc(0));

      const megabyte = Buffer.alloc(1_000_003, 'eucora');
      assert.deepEqual(await read((await blobs.put(inChunks(megabyte, 65_536))).sha256), megabyte);
    });

    it('refuses bytes that are not the announced ones, and keeps none of them', async () => {
      const bytes = Buffer.from(fresh('bytes'));
      const right = { sha256: digestOf(bytes), size: bytes.length };
      for (const wrong of [{ sha256: 'f'.repeat(64) }, { size: 1 }, { ...right, size: bytes.length + 1 }]) {
        await assert.rejects(blobs.put(inChunks(bytes), wrong), withCode('ARTIFACT_MISMATCH'));
      }
      assert.equal(await blobs.stat(right.sha256), undefined);
      assert.deepEqual(await blobs.put(inChunks(bytes), right), right);
    });

    it('keeps nothing of a stream that broke off', async () => {
      const bytes = Buffer.from(fresh('bytes'));
      async function* broken() {
        yield bytes;
        throw new Error('the line went dead');
      }
      await assert.rejects(blobs.put(broken()), /the line went dead/);
      assert.equal(await blobs.stat(digestOf(bytes)), undefined);
    });

    it('knows nothing of digests that it does not keep, nor of what is no digest', async () => {
      for (const digest of ['0'.repeat(64), 'x', '', '../../etc/passwd', 'F'.repeat(64)]) {
        assert.equal(await blobs.stat(digest), undefined);
        await assert.rejects(blobs.open(digest), withCode('ARTIFACT_NOT_FOUND'));
      }
    });

    it('hands out copies: what a reader does to them changes nothing', async () => {
      const bytes = Buffer.from(fresh('bytes'));
      const { sha256 } = await blobs.put(inChunks(bytes));
      for await (const chunk of await blobs.open(sha256)) chunk.fill(0);
      assert.deepEqual(await read(sha256), bytes);
    });

    async function read(sha256: string): Promise<Buffer> {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await blobs.open(sha256)) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    }
  });
}

async function* inChunks(bytes: Uint8Array, size = 5): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
