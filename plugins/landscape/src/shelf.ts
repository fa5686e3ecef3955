import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EucoraError, packageKey, type Context, type Package } from '@eucora/sdk';
import type { RepositoryConfig } from './config.js';
import { readDeb } from './deb.js';
import type { ManifestEntry } from './manifest.js';
import { debOf } from './mapping.js';

/**
 * What the hub has put, or is about to put, into the repository: the manifest's entry beside the artifact. One file for each package, so that two
 * hosts never overwrite each other's.
 */
export interface ShelfEntry extends ManifestEntry {
  /** `Example Tool@2.0.0/linux` */
  readonly package: string;
  readonly fileName: string;
  /** ISO 8601, by Landscape's clock: a publication from then on has it. Absent while the import is not known to be done. */
  readonly importedAt?: string;
}

/** The folder that a web server of the customer's serves to Landscape. */
export interface Shelf {
  entries(): Promise<readonly ShelfEntry[]>;
  /** The artifact in its place, checked. @returns the address to import it from */
  put(ctx: Context, pkg: Package): Promise<string>;
  /** @param importedAt absent before an import: what was noted of an earlier one counts no more, somebody had taken the package out */
  note(pkg: Package, importedAt?: string): Promise<void>;
}

const ENTRY = 'entry.json';
const SHA256 = /^[0-9a-f]{64}$/;

export function openShelf({ artifactFolder, artifactBaseUrl }: RepositoryConfig): Shelf {
  const placeOf = (pkg: Package) => join(artifactFolder, pkg.artifact.sha256);
  const readEntry = async (sha256: string): Promise<ShelfEntry | undefined> => {
    const text = await readFile(join(artifactFolder, sha256, ENTRY), 'utf8').catch(ifAbsent);
    return text === undefined ? undefined : parsed(text, join(sha256, ENTRY));
  };
  const writeEntry = (pkg: Package, entry: ShelfEntry) =>
    appear(join(placeOf(pkg), ENTRY), (temporary) =>
      writeFile(temporary, `${JSON.stringify(entry, null, 2)}\n`, { flag: 'wx' }),
    );

  return {
    async entries() {
      const names = (await readdir(artifactFolder).catch(ifAbsent)) ?? [];
      const found = await Promise.all(names.filter((name) => SHA256.test(name)).map(readEntry));
      return found.filter((entry) => entry !== undefined);
    },
    async put(ctx, pkg) {
      const { sha256, size } = pkg.artifact;
      const fileName = basename(pkg.artifact.fileName);
      const path = join(placeOf(pkg), fileName);
      return usable(artifactFolder, async () => {
        await mkdir(placeOf(pkg), { recursive: true });
        if (!(await holds(path, size, sha256))) {
          await appear(path, async (temporary) => {
            await store(await ctx.artifacts.open(sha256), temporary, pkg);
            await refuseOtherPackages(temporary, pkg);
          });
        }
        return `${artifactBaseUrl.replace(/\/+$/, '')}/${sha256}/${encodeURIComponent(fileName)}`;
      });
    },
    note: (pkg, importedAt) =>
      usable(artifactFolder, async () => {
        const { sha256, fileName } = pkg.artifact;
        const entry = { ...debOf(pkg), sha256, package: packageKey(pkg), fileName: basename(fileName) };
        await mkdir(placeOf(pkg), { recursive: true });
        await writeEntry(pkg, { ...entry, ...(importedAt !== undefined && { importedAt }) });
      }),
  };
}

/** Whole or not at all: written beside its place, then moved there. */
async function appear(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function store(bytes: AsyncIterable<Uint8Array>, path: string, { artifact }: Package): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o644);
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (hash.digest('hex') === artifact.sha256 && size === artifact.size) return;
  throw new EucoraError('ARTIFACT_MISMATCH', {
    what: `the bytes of ${artifact.fileName} are not those with SHA-256 ${artifact.sha256}`,
  });
}

/** @throws EucoraError `INPUT_INVALID` when the control file speaks of something else than the hub's package */
async function refuseOtherPackages(path: string, pkg: Package): Promise<void> {
  const control = await readDeb(path, pkg.artifact.fileName);
  const deb = debOf(pkg);
  if (!control || (control.name === deb.name && control.version === deb.version)) return;
  throw new EucoraError('INPUT_INVALID', {
    what: `${pkg.artifact.fileName} is the package ${control.name} ${control.version}, and ${packageKey(pkg)} says ${deb.name} ${deb.version}`,
    remedy: 'Give the package a detection rule of the kind "package" with the name and version in its control file.',
  });
}

/** The file is there, whole. Its digest is worked out anew: somebody else serves the folder. */
async function holds(path: string, size: number, sha256: string): Promise<boolean> {
  const there = await stat(path).catch(ifAbsent);
  if (there?.size !== size) return false;
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk as Uint8Array);
  } finally {
    await file.close();
  }
  return hash.digest('hex') === sha256;
}

function parsed(text: string, where: string): ShelfEntry {
  try {
    const { name, version, sha256 } = JSON.parse(text) as Partial<ShelfEntry>;
    if (name && version && SHA256.test(sha256 ?? '')) return JSON.parse(text) as ShelfEntry;
  } catch {
    // Told below, the same as JSON of another shape.
  }
  throw new EucoraError('PLANE_CONFLICT', {
    what: `${where} in artifactFolder is no entry of the hub's manifest`,
    errorClass: 'policy_violation',
    remedy: 'Find out who changed it. Deleted, it is written anew when its package is published again.',
  });
}

function ifAbsent(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT') throw unusable(cause);
  return undefined;
}

async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw isErrno(cause) ? unusable(cause, folder) : cause;
  }
}

const isErrno = (cause: unknown): cause is NodeJS.ErrnoException => cause instanceof Error && 'errno' in cause;

const unusable = (cause: NodeJS.ErrnoException, folder = 'it') =>
  cause.code === 'ENOSPC'
    ? new EucoraError('STORAGE_FULL', { what: `artifactFolder (${folder}) is full` })
    : new EucoraError('CONFIG_INVALID', {
        what: `artifactFolder cannot be used: ${cause.message}`,
        remedy: 'Give the hub a folder that it may write, and that your web server serves.',
        cause,
      });
