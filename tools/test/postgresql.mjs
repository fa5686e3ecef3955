import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensure, onPath } from './programs.mjs';

const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** The adapters are tested on PGlite everywhere, and on a real PostgreSQL where its programs are at hand. */
export const ensurePostgreSql = () =>
  ensure({
    what: 'PostgreSQL',
    isInstalled: () => inDebianFolder() || onPath('initdb'),
    debianPackages: () => [debianPackage()],
    notice: [
      'no PostgreSQL programs (initdb, postgres) were found, so the tests that need a real server are SKIPPED.',
      'Install PostgreSQL 15 or later (Debian: apt-get install postgresql-15; macOS: brew install postgresql@15).',
    ],
  });

/** Debian keeps the programs outside the path, in a folder for each version. */
const inDebianFolder = () =>
  existsSync(DEBIAN_FOLDER) &&
  readdirSync(DEBIAN_FOLDER).some((version) => existsSync(join(DEBIAN_FOLDER, version, 'bin', 'initdb')));

/** Debian 12 has 15; another release has another, and `postgresql` is always its newest. */
const debianPackage = () =>
  spawnSync('apt-cache', ['show', 'postgresql-15']).status === 0 ? 'postgresql-15' : 'postgresql';
