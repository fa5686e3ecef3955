import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { at } from './places.mjs';

/**
 * @typedef {object} Manifest what we read of a `package.json`
 * @property {string} name
 * @property {string} [license]
 * @property {string} [main]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 *
 * @typedef {object} Workspace
 * @property {string} folder relative to the repository, for example `packages/sdk`
 * @property {Manifest} manifest
 */

/** The packages that are published: those of `packages/` and `plugins/`. A folder is one when it has a package.json. @returns {Workspace[]} */
export const publishedWorkspaces = () => ['packages', 'plugins'].flatMap(workspacesIn);

/** @param {string} parent @returns {Workspace[]} */
function workspacesIn(parent) {
  return readdirSync(at(parent))
    .sort()
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(at(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: manifestOf(folder) }));
}

/** @param {string} folder @returns {Manifest} */
export const manifestOf = (folder) => JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'));
