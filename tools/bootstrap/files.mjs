import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from './places.mjs';

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', '.nx', '.eucora', 'temp']);

/**
 * Every file of ours under a folder, sorted, relative to the repository, with forward slashes.
 *
 * @param {string} folder relative to the repository
 * @param {{ root?: string }} options
 * @returns {string[]}
 */
export function filesUnder(folder, { root = ROOT } = {}) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesUnder(path, { root });
      return entry.isFile() ? [relative('.', path).split(sep).join('/')] : [];
    })
    .sort();
}
