import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Not part of what runs, or somebody else's package. */
const LEFT_OUT = new Set(['node_modules', 'test', 'coverage']);

/**
 * `sha256-` and 64 hex digits over the files of a package, names and content, in the order of their names. Dot files,
 * tests and the packages below are left out. A link to a folder counts by where it points to.
 *
 * @param root a folder, or one file
 */
export async function integrityOf(root: string): Promise<string> {
  const total = createHash('sha256');
  for (const name of await filesBelow(root)) {
    const content = await contentOf(name === '' ? root : join(root, name));
    total.update(`${name}\0${createHash('sha256').update(content).digest('hex')}\n`);
  }
  return `sha256-${total.digest('hex')}`;
}

/** Names with `/` between them, relative to the root, sorted; one empty name where the root is a file. */
async function filesBelow(root: string): Promise<string[]> {
  if ((await lstat(root)).isFile()) return [''];
  const names: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) continue;
      (entry.isDirectory() ? folders : names).push(folder === '' ? entry.name : `${folder}/${entry.name}`);
    }
  }
  return names.sort();
}

const contentOf = (path: string): Promise<Buffer | string> =>
  readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EISDIR') return readlink(path);
    throw cause;
  });
