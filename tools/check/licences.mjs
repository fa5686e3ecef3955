import { existsSync, readFileSync } from 'node:fs';
import { manifestOf } from '../bootstrap/workspaces.mjs';
import { at } from '../bootstrap/places.mjs';

/** May be shipped together with our Apache-2.0 code, asking no more than to be named. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-3.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
]);

/** The licence of every package that a user of ours gets with it. @returns {string[]} */
export function licences() {
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({ path, licence: licenceOf(path, entry) }))
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ path, licence }) => `${path}: ${licence ?? 'no licence is named'}`);
}

/** @param {string} path @param {{ license?: string }} entry @returns {string | undefined} */
const licenceOf = (path, entry) =>
  entry.license ?? (existsSync(at(path, 'package.json')) ? manifestOf(path).license : undefined);

/** `(MIT OR GPL-3.0)` leaves us the choice; `MIT AND ISC` asks for both. @param {string | undefined} licence @returns {boolean} */
export function isAllowed(licence) {
  if (licence === undefined) return false;
  const expression = licence.replace(/[()]/g, '');
  return expression.split(' OR ').some((choice) => choice.split(' AND ').every((part) => ALLOWED.has(part.trim())));
}
