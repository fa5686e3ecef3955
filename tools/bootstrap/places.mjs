import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What may be deleted at any time: stamps, locks, derived settings. Not under version control. */
export const CACHE = join(ROOT, '.cache');

/** @param {string[]} parts */
export const at = (...parts) => join(ROOT, ...parts);
