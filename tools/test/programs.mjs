import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../bootstrap/child.mjs';

/**
 * A program that some tests need and npm does not carry.
 *
 * @typedef {object} Program
 * @property {string} what `PostgreSQL`
 * @property {() => boolean} isInstalled
 * @property {() => readonly string[]} debianPackages
 * @property {readonly string[]} notice what is left out without it, and how to install it; lines
 */

/**
 * On Debian, as root, what is missing is installed. Anywhere else its absence is said aloud, and the tests that need it are skipped.
 *
 * @param {Program} program
 */
export async function ensure({ what, isInstalled, debianPackages, notice }) {
  if (isInstalled()) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) await installOnDebian(what, debianPackages);
  if (isInstalled()) return;
  const [first, ...more] = notice;
  console.log(['', `NOTICE: ${first}`, ...more.map((line) => `        ${line}`), ''].join('\n'));
}

/** @param {string} program */
export const onPath = (program) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** @param {string} what @param {() => readonly string[]} debianPackages */
async function installOnDebian(what, debianPackages) {
  console.log(`Installing ${what} with apt-get, for the tests that need it ...`);
  const options = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update'], options);
  const install = ['install', '-y', '--no-install-recommends', ...debianPackages()];
  const { code, output } = await run('apt-get', install, options);
  if (code !== 0) console.log(output);
}
