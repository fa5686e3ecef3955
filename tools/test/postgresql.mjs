import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../bootstrap/child.mjs';

const DEBIAN_FOLDER = '/usr/lib/postgresql';

/**
 * The adapters are tested on PGlite everywhere, and on a real PostgreSQL where its programs are at hand. On Debian, as root,
 * they are installed; anywhere else their absence is said aloud and the tests that need them are skipped.
 */
export async function ensurePostgreSql() {
  if (isInstalled()) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) await installOnDebian();
  if (isInstalled()) return;
  console.log(
    [
      '',
      'NOTICE: no PostgreSQL programs (initdb, postgres) were found, so the tests that need a real server are SKIPPED.',
      '        Install PostgreSQL 15 or later (Debian: apt-get install postgresql-15; macOS: brew install postgresql@15).',
      '',
    ].join('\n'),
  );
}

/** Debian keeps the programs outside the path, in a folder for each version. */
const isInstalled = () => inDebianFolder() || onPath('initdb');

const inDebianFolder = () =>
  existsSync(DEBIAN_FOLDER) &&
  readdirSync(DEBIAN_FOLDER).some((version) => existsSync(join(DEBIAN_FOLDER, version, 'bin', 'initdb')));

/** @param {string} program */
const onPath = (program) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

async function installOnDebian() {
  console.log('Installing PostgreSQL with apt-get, for the tests that need a real server ...');
  const options = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update'], options);
  const { code, output } = await run('apt-get', ['install', '-y', '--no-install-recommends', debianPackage()], options);
  if (code !== 0) console.log(output);
}

/** Debian 12 has 15; another release has another, and `postgresql` is always its newest. */
const debianPackage = () =>
  spawnSync('apt-cache', ['show', 'postgresql-15']).status === 0 ? 'postgresql-15' : 'postgresql';
