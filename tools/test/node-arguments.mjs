import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, CACHE } from '../bootstrap/places.mjs';

const MOCHA = at('node_modules', 'mocha', 'lib', 'cli', 'cli.js');
const REPORTER = ['--reporter', 'tools/test/reporter.mjs'];

/** @typedef {{ 'node-option': string[], spec?: string[] }} MochaConfig */

/**
 * What Node is called with to run mocha. Mocha's own command would start a second Node for the options in `.mocharc.json`,
 * and leave it running when it is told to end.
 *
 * Named test files replace the globs of `.mocharc.json`; mocha itself would only add them.
 *
 * @param {readonly string[]} args those of `npm test -- ...`
 */
export function nodeArguments(args) {
  /** @type {MochaConfig} */
  const { spec: _, ...config } = JSON.parse(readFileSync(at('.mocharc.json'), 'utf8'));
  const nodeOptions = config['node-option'].map((option) => `--${option}`);
  return [...nodeOptions, MOCHA, ...REPORTER, ...(args.some(isTestFile) ? ['--config', saved(config)] : []), ...args];
}

/** @param {string} argument */
const isTestFile = (argument) => argument.endsWith('.test.ts');

/** @param {object} config */
function saved(config) {
  const path = join(CACHE, 'mocharc-for-named-files.json');
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(path, JSON.stringify(config));
  return path;
}
