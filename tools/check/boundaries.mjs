import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/places.mjs';
import { cruise } from './cruise.mjs';

/** @typedef {import('./cruise.mjs').Module} Module */

/** The arrows of the house, cycles, undeclared imports. @returns {Promise<string[]>} */
export const boundaries = async () => (await crossings()).map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`);

/**
 * @typedef {{ rule: string, from: string, to: string }} Crossing
 * @param {string} root
 * @returns {Promise<Crossing[]>}
 */
export async function crossings(root = ROOT) {
  const { modules, violations } = await cruise(root);
  return [
    ...violations.map(({ rule, from, to, cycle }) => ({
      rule: rule.name,
      from,
      to: cycle?.map(({ name }) => name).join(' -> ') ?? to,
    })),
    ...modules.flatMap((module) => undeclared(root, module)),
  ];
}

/**
 * A package of ours always resolves, declared or not, because the workspace links it. So this one we look up ourselves.
 *
 * @param {string} root @param {Module} module @returns {Crossing[]}
 */
function undeclared(root, { source, dependencies }) {
  const folder = /^(?:packages|plugins)\/[^/]+(?=\/(?:src|simulator)\/)/.exec(source)?.[0];
  if (folder === undefined) return [];
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, [manifest.name]: '' };
  return dependencies
    .map(({ module }) => /^@eucora\/[^/]+/.exec(module)?.[0])
    .filter((name) => name !== undefined && !(name in declared))
    .map((name) => ({ rule: 'no-undeclared-package-of-ours', from: source, to: String(name) }));
}
