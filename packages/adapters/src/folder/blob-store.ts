import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EucoraError, type Sha256 } from '@eucora/sdk';
import { refuseOtherBytes, type BlobInfo, type BlobStore } from '@eucora/engine';

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Bytes as files named by their digest, `ab/abcdef…`, read-only. A file appears under its name when it is complete and
 * on the disk; until then it is in `incoming`, where what a crash left is swept up at the next opening.
 *
 * @param sweepOlderThanMs leftovers younger than this may be another host's work and are left alone
 */
export async function folderBlobStore(folder: string, { sweepOlderThanMs = 0 } = {}): Promise<BlobStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await sweep(incoming, sweepOlderThanMs);

  const pathOf = (sha256: Sha256) => join(folder, sha256.slice(0, 2), sha256);

  const statOf = async (sha256: Sha256): Promise<BlobInfo | undefined> => {
    if (!DIGEST.test(sha256)) return undefined;
    const { size } = await stat(pathOf(sha256)).catch(undefinedWhenAbsent);
    return size === undefined ? undefined : { sha256, size };
  };

  return {
    stat: statOf,

    async put(bytes, expected) {
      const draft = join(incoming, randomUUID());
      try {
        const info = await writeDown(draft, bytes);
        refuseOtherBytes(info, expected);
        await settle(draft, pathOf(info.sha256));
        return info;
      } catch (cause) {
        await rm(draft, { force: true });
        throw fullOr(cause, folder);
      }
    },

    async open(sha256) {
      if (!(await statOf(sha256)))
        throw new EucoraError('ARTIFACT_NOT_FOUND', { what: `no artifact ${sha256} is stored` });
      return checked(createReadStream(pathOf(sha256)), sha256);
    },
  };
}

/** Writes and hashes, chunk by chunk; on the disk when it resolves. */
async function writeDown(path: string, bytes: AsyncIterable<Uint8Array>): Promise<BlobInfo> {
  const file = await open(path, 'wx', 0o400);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      await writeAll(file, chunk);
    }
    await file.chmod(0o444);
    await file.sync();
    return { sha256: hash.digest('hex'), size };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}

/** Gives the draft its name. The names of the file and of its folder reach the disk, too. */
async function settle(draft: string, path: string): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(draft, path);
  await syncFolder(folder);
  if (made !== undefined) await syncFolder(dirname(folder));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Bytes that are not what was stored are found out before the reader is through. */
async function* checked(bytes: AsyncIterable<Uint8Array>, sha256: Sha256): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') === sha256) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `the stored bytes of ${sha256} have changed`,
    remedy: 'Check the disk; upload the artifact again after removing the damaged file.',
  });
}

async function sweep(incoming: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const { mtimeMs } = await stat(path).catch(undefinedWhenAbsent);
    if (mtimeMs !== undefined && Date.now() - mtimeMs >= olderThanMs) await rm(path, { force: true });
  }
}

const undefinedWhenAbsent = (cause: NodeJS.ErrnoException): { size?: undefined; mtimeMs?: undefined } => {
  if (cause.code === 'ENOENT') return {};
  throw cause;
};

const fullOr = (cause: unknown, folder: string): unknown =>
  ['ENOSPC', 'EDQUOT'].includes(String((cause as { code?: unknown }).code))
    ? new EucoraError('STORAGE_FULL', { what: `there is no room left in ${folder}`, cause })
    : cause;
