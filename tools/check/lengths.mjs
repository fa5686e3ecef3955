import { readFileSync } from 'node:fs';
import { filesUnder } from '../bootstrap/files.mjs';
import { at } from '../bootstrap/places.mjs';

const LONG = 300;

/** How long our source files are: a report, never a complaint. @returns {string} */
export function lengths() {
  const files = ['packages', 'plugins', 'examples', 'tools']
    .flatMap((folder) => filesUnder(folder))
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => ({ path, lines: readFileSync(at(path), 'utf8').split('\n').length - 1 }))
    .sort((left, right) => right.lines - left.lines);
  const median = files[Math.floor(files.length / 2)]?.lines ?? 0;
  const long = files.filter(({ lines }) => lines > LONG).map(({ path, lines }) => `${path} (${lines})`);
  return `${files.length} files, median ${median} lines; over ${LONG}: ${long.join(', ') || 'none'}`;
}
