import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EucoraError,
  isEucoraError,
  packageKey,
  reasonOf,
  type Artifact,
  type Context,
  type Package,
} from '@eucora/sdk';
import type { SccmConfig } from './config.js';

/** Where half-written files are: beside the folders, because SCCM distributes all that is in one. */
const INCOMING = '.incoming';
const LEFT_OVER_MS = 24 * 3_600_000;

/** The folder that holds this artifact and nothing else, for people to recognise and for no two artifacts to share. */
export const folderOf = ({ fileName, sha256 }: Artifact): string => `${fileName}.${sha256}`;

/** As the site server reads it. */
export const contentLocation = ({ contentShare }: Pick<SccmConfig, 'contentShare'>, artifact: Artifact): string =>
  `${contentShare.replace(/\\+$/, '')}\\${folderOf(artifact)}`;

/** Whether the file is there with its size. Its digest is proved when it is placed. */
export async function isPlaced(
  { contentFolder }: Pick<SccmConfig, 'contentFolder'>,
  artifact: Artifact,
): Promise<boolean> {
  try {
    const found = await stat(join(contentFolder, folderOf(artifact), artifact.fileName));
    return found.isFile() && found.size === artifact.size;
  } catch {
    return false;
  }
}

/**
 * Puts the artifact where the site server will read it: a temporary name first, then renamed, so that nobody meets half of it. A file
 * that is there already is read and kept when it is the right one.
 *
 * @throws EucoraError `ARTIFACT_MISMATCH` when the store gave other bytes, `PLANE_CONFLICT` when somebody put more into the folder,
 *   `STORAGE_UNAVAILABLE` when the folder cannot be written
 */
export async function placeContent(
  { contentFolder }: Pick<SccmConfig, 'contentFolder'>,
  ctx: Context,
  pkg: Package,
): Promise<void> {
  if (ctx.readOnly) throw new EucoraError('READ_ONLY', { what: 'content was to be placed while a plan was made' });
  const { artifact } = pkg;
  const folder = join(contentFolder, folderOf(artifact));
  const incoming = join(contentFolder, INCOMING);
  const place = join(folder, artifact.fileName);
  try {
    await stat(contentFolder); // a mount that is not there must not be mistaken for an empty one
    await refuseStrangers(folder, pkg);
    if ((await digestOf(place)) === artifact.sha256) return;
    await mkdir(incoming, { recursive: true });
    await sweep(incoming, ctx.now());
    const half = join(incoming, randomUUID());
    try {
      await write(half, ctx, pkg);
      await mkdir(folder, { recursive: true });
      await rename(half, place);
    } finally {
      await rm(half, { force: true });
    }
  } catch (cause) {
    throw storageTrouble(cause, contentFolder);
  }
}

async function write(file: string, ctx: Context, pkg: Package): Promise<void> {
  const digest = createHash('sha256');
  const handle = await open(file, 'wx', 0o644);
  let size = 0;
  try {
    for await (const piece of await ctx.artifacts.open(pkg.artifact.sha256)) {
      ctx.signal.throwIfAborted();
      digest.update(piece);
      size += piece.length;
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (digest.digest('hex') === pkg.artifact.sha256 && size === pkg.artifact.size) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `the artifact of ${packageKey(pkg)} does not have the announced digest and size`,
  });
}

async function digestOf(file: string): Promise<string | undefined> {
  const digest = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) digest.update(piece as Buffer);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  return digest.digest('hex');
}

/** Whatever lies in the folder goes to every distribution point and client. */
async function refuseStrangers(folder: string, pkg: Package): Promise<void> {
  const there = await readdir(folder).catch(() => []);
  const strangers = there.filter((name) => name !== pkg.artifact.fileName);
  if (strangers.length === 0) return;
  throw new EucoraError('PLANE_CONFLICT', {
    what: `the content folder ${folder} holds what is not the hub's: ${strangers.slice(0, 5).join(', ')}`,
    remedy: 'Take these files out of the folder: SCCM would distribute them with the package.',
    details: { package: packageKey(pkg), files: strangers.slice(0, 20) },
  });
}

/** What a process that died left behind. */
async function sweep(incoming: string, now: Date): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = join(incoming, name);
    const found = await stat(file).catch(() => undefined);
    if (found && found.mtimeMs < now.getTime() - LEFT_OVER_MS) await rm(file, { force: true });
  }
}

function storageTrouble(cause: unknown, folder: string): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (isEucoraError(cause) || typeof code !== 'string') return cause;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EucoraError('STORAGE_FULL', { what: `the content folder ${folder} is full`, cause });
  }
  return new EucoraError('STORAGE_UNAVAILABLE', {
    what: `the content folder ${folder} cannot be used: ${reasonOf(cause)}`,
    remedy: 'Check that contentFolder is mounted and that the hub may write to it.',
    cause,
  });
}
