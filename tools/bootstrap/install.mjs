import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { runNpm } from './child.mjs';
import { at } from './places.mjs';

const STAMP = at('node_modules', '.eucora-installed');

/**
 * Brings `node_modules` to what `package-lock.json` says, with `npm ci`, when it is not there already. Packages' own
 * install scripts are not run: none of ours needs one, and they are where a poisoned package strikes first.
 */
export async function installDependencies() {
  const lock = await readFile(at('package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if ((await readOr(STAMP, '')) === wanted) return;

  if (!(await holdsAll(JSON.parse(lock)))) {
    console.log('Installing the locked dependencies (npm ci); this takes a minute or two ...');
    const { code } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0)
      throw new Error(
        `npm ci ended with ${code}. Its message is above; the network and the registry's address are the usual causes.`,
      );
  }
  await writeFile(STAMP, wanted);
}

/**
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }> }} Lock
 */

/** Whether somebody has already installed what is locked, by hand. npm keeps a list of what it installed. @param {Lock} lock */
async function holdsAll(lock) {
  const installed = /** @type {Lock} */ (
    JSON.parse(await readOr(at('node_modules', '.package-lock.json'), '{"packages":{}}'))
  );
  return Object.entries(lock.packages).every(
    ([path, { version, optional, devOptional, link }]) =>
      !path.startsWith('node_modules/') ||
      optional === true ||
      devOptional === true ||
      (link === true ? installed.packages[path]?.link === true : installed.packages[path]?.version === version),
  );
}

/** @param {string} path @param {string} otherwise */
const readOr = (path, otherwise) => readFile(path, 'utf8').catch(() => otherwise);
