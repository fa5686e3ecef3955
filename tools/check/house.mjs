import { filesUnder } from '../bootstrap/files.mjs';
import { ROOT } from '../bootstrap/places.mjs';

const ROOMS = ['packages', 'plugins', 'examples', 'tools'];
const PACKAGES = ['adapters', 'cli', 'engine', 'host', 'sdk'];
const SAYS_NOTHING = new Set(['common', 'shared', 'utils', 'util', 'helpers', 'helper', 'types']);

/** The names of folders and files, and the number of packages. @returns {string[]} */
export function house(root = ROOT) {
  const paths = ROOMS.flatMap((room) => filesUnder(room, { root }));
  return [
    ...paths.filter(isNamedForNothing).map((path) => `${path}: the name does not say what it is for`),
    ...newPackages(paths),
  ];
}

/** @param {string} path */
const isNamedForNothing = (path) => path.split('/').some((part) => SAYS_NOTHING.has(part.split('.')[0] ?? ''));

/** @param {readonly string[]} paths */
const newPackages = (paths) =>
  [...new Set(paths.map((path) => /^packages\/([^/]+)\//.exec(path)?.[1]))]
    .filter((name) => name !== undefined && !PACKAGES.includes(name))
    .map((name) => `packages/${name}: a sixth package needs a decision record, and its name in tools/check/house.mjs`);
