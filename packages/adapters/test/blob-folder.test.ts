import { expect } from 'chai';
import { chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBlobStore } from '../src/folder/blob-store.js';
import { givenFolder, removed } from './given.js';

describe('the folder of blobs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await givenFolder(), 'blobs');
  });
  afterEach(() => removed(join(folder, '..')));

  it('keeps a blob as a read-only file under its digest, and nothing else', async () => {
    const store = await folderBlobStore(folder);
    const { sha256 } = await store.put(bytes('hello'));
    await store.put(bytes('hello'));
    const { mode, size } = await stat(join(folder, sha256.slice(0, 2), sha256));
    expect([mode & 0o777, size]).to.deep.equal([0o444, 5]);
    expect((await readdir(folder)).sort()).to.deep.equal([sha256.slice(0, 2), 'incoming'].sort());
    expect(await readdir(join(folder, 'incoming'))).to.deep.equal([]);
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
  });

  it('leaves nothing behind of what was refused or broke off', async () => {
    const store = await folderBlobStore(folder);
    await rejected(store.put(bytes('hello'), { size: 4 }));
    async function* broken() {
      yield Buffer.from('hello');
      throw new Error('the line went dead');
    }
    await rejected(store.put(broken()));
    expect(await readdir(folder)).to.deep.equal(['incoming']);
    expect(await readdir(join(folder, 'incoming'))).to.deep.equal([]);
  });

  it('says that the disk is full, and leaves nothing behind', async () => {
    const store = await folderBlobStore(folder);
    async function* full() {
      yield Buffer.from('hello');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    expect(await rejected(store.put(full()))).to.have.property('code', 'STORAGE_FULL');
    expect(await readdir(join(folder, 'incoming'))).to.deep.equal([]);
  });

  it('sweeps up what a crash left, when it is opened again', async () => {
    await mkdir(join(folder, 'incoming'), { recursive: true });
    await writeFile(join(folder, 'incoming', 'half'), 'hel');
    await folderBlobStore(folder);
    expect(await readdir(join(folder, 'incoming'))).to.deep.equal([]);
  });

  it('leaves fresh leftovers alone where another host may be at work', async () => {
    const incoming = join(folder, 'incoming');
    await mkdir(incoming, { recursive: true });
    await writeFile(join(incoming, 'fresh'), 'hel');
    await writeFile(join(incoming, 'old'), 'hel');
    await utimes(join(incoming, 'old'), new Date(0), new Date(0));
    await folderBlobStore(folder, { sweepOlderThanMs: 60_000 });
    expect(await readdir(incoming)).to.deep.equal(['fresh']);
  });

  it('tells a reader when the stored bytes have changed', async () => {
    const store = await folderBlobStore(folder);
    const { sha256 } = await store.put(bytes('hello'));
    const path = join(folder, sha256.slice(0, 2), sha256);
    await chmod(path, 0o644);
    await writeFile(path, 'hellx');
    expect(await rejected(drained(await store.open(sha256)))).to.have.property('code', 'ARTIFACT_MISMATCH');
  });

  it('holds one chunk at a time, however many there are', async () => {
    const store = await folderBlobStore(folder);
    const chunk = Buffer.alloc(65_536, 1);
    let [asked, given] = [0, 0];
    async function* many() {
      for (given = 0; given < 200; given++) {
        asked = given;
        yield chunk;
      }
    }
    const { size } = await store.put(many());
    expect([asked, size]).to.deep.equal([199, 200 * 65_536]);
    let largest = 0;
    for await (const piece of await store.open((await store.put(many())).sha256))
      largest = Math.max(largest, piece.length);
    expect(largest).to.be.at.most(65_536);
  });
});

async function* bytes(text: string) {
  yield Buffer.from(text);
}

async function drained(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return size;
}

const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (cause: unknown) => cause,
  );
