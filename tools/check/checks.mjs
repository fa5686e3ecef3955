import { build } from '../bootstrap.mjs';
import { extractApi } from '../api/extract.mjs';
import { boundaries } from './boundaries.mjs';
import { docs } from './docs.mjs';
import { house } from './house.mjs';
import { lengths } from './lengths.mjs';
import { licences } from './licences.mjs';
import { packaging } from './packaging.mjs';
import { complaintsOf } from './program.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} asks what it makes sure of
 * @property {() => string[] | Promise<string[]>} complaints
 * @property {() => string} [report] told whether or not there are complaints
 */

/** All that is checked without running the code, quickest complaints first. @type {readonly Check[]} */
export const CHECKS = [
  { name: 'build', asks: 'every package builds', complaints: () => build().then(() => []) },
  { name: 'house', asks: 'names say what things are for; five packages', complaints: () => house(), report: lengths },
  {
    name: 'types',
    asks: 'the whole tree compiles',
    complaints: () => complaintsOf('typescript/bin/tsc', ['-p', 'tsconfig.json']),
  },
  {
    name: 'lint',
    asks: 'no floating promise, no any, no default export',
    complaints: () => complaintsOf('eslint/bin/eslint.js', ['.', '--max-warnings=0']),
  },
  {
    name: 'format',
    asks: 'prettier would change nothing',
    complaints: () => complaintsOf('prettier/bin/prettier.cjs', ['--check', '.', '--log-level=warn']),
  },
  { name: 'boundaries', asks: 'only the arrows that ARCHITECTURE.md draws', complaints: boundaries },
  {
    name: 'unused',
    asks: 'no file, export or dependency that nobody uses',
    complaints: () => complaintsOf('knip/bin/knip.js', ['--no-progress']),
  },
  { name: 'api', asks: 'the reports of the public API are fresh', complaints: () => extractApi({ write: false }) },
  { name: 'docs', asks: 'links lead somewhere, commands exist', complaints: docs },
  { name: 'packaging', asks: 'what would be published is whole and typed', complaints: packaging },
  { name: 'licences', asks: 'production dependencies may be shipped with ours', complaints: licences },
];
