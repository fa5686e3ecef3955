import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runNode } from './child.mjs';
import { filesUnder } from './files.mjs';
import { at, CACHE } from './places.mjs';
import { publishedWorkspaces } from './workspaces.mjs';

/** @typedef {import('./workspaces.mjs').Workspace} Workspace */

const STAMP = join(CACHE, 'built.json');

/** What every package is built with. */
const SETTINGS = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json', 'tsup.base.ts'];

/** Lerna runs on Nx: no background process, no cache, no screen drawing, nothing sent anywhere. */
const QUIET_NX = { NX_DAEMON: 'false', NX_TUI: 'false', NX_SKIP_NX_CACHE: 'true', NX_NO_CLOUD: 'true' };

/** Builds each package whose sources, or those of a package it stands on, are not those of its last build. */
export async function buildPackages() {
  const workspaces = publishedWorkspaces();
  const wanted = fingerprints(workspaces);
  const built = readStamp();
  const stale = workspaces.filter(
    ({ folder, manifest }) => built[manifest.name] !== wanted[manifest.name] || !existsSync(at(folder, 'dist')),
  );
  if (stale.length === 0) return;

  const names = stale.map(({ manifest }) => manifest.name);
  console.log(`Building ${names.join(', ')} ...`);
  const begun = Date.now();
  const scopes = stale.length === workspaces.length ? [] : names.flatMap((name) => ['--scope', name]);
  const { code, output } = await runNode(
    at('node_modules', 'lerna', 'dist', 'cli.js'),
    ['run', 'build', '--loglevel=error', ...scopes],
    {
      env: QUIET_NX,
      quiet: true,
    },
  );
  if (code !== 0) {
    console.error(failuresIn(output));
    throw new Error('The build failed; what the compiler said is above.');
  }
  await mkdir(CACHE, { recursive: true });
  await writeFile(STAMP, JSON.stringify(wanted, undefined, 2));
  console.log(`Built in ${Math.round((Date.now() - begun) / 1000)} s.`);
}

/** By package name: a digest of all that its build reads. @param {readonly Workspace[]} workspaces */
function fingerprints(workspaces) {
  const settings = digestOf(SETTINGS);
  const own = new Map(
    workspaces.map(({ folder, manifest }) => [manifest.name, digestOf(filesUnder(folder).filter(isBuildInput))]),
  );
  return Object.fromEntries(
    workspaces.map(({ manifest }) => {
      const below = foundationsOf(manifest.name, workspaces).map((name) => own.get(name));
      return [manifest.name, sha256([settings, own.get(manifest.name), ...below].join('\n'))];
    }),
  );
}

/** Tests and prose are not built. @param {string} path */
const isBuildInput = (path) => !/^[^/]+\/[^/]+\/(test|docs)\//.test(path) && !path.endsWith('.md');

/** Our packages that this one stands on, directly or not. @param {string} name @param {readonly Workspace[]} workspaces @returns {string[]} */
function foundationsOf(name, workspaces, found = new Set()) {
  const manifest = workspaces.find((workspace) => workspace.manifest.name === name)?.manifest;
  for (const below of Object.keys({
    ...manifest?.dependencies,
    ...manifest?.devDependencies,
    ...manifest?.peerDependencies,
  })) {
    if (found.has(below) || !workspaces.some((workspace) => workspace.manifest.name === below)) continue;
    found.add(below);
    foundationsOf(below, workspaces, found);
  }
  return [...found].sort();
}

/** @param {readonly string[]} paths */
const digestOf = (paths) => sha256(paths.map((path) => `${path} ${sha256(readFileSync(at(path)))}`).join('\n'));

/** @param {string | Uint8Array} data */
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** Lerna tells of each package under a heading; the tales of those that were built are of no interest now. @param {string} output */
function failuresIn(output) {
  const tales = stripVTControlCharacters(output)
    .split(/^(?=> \S+:build$)/m)
    .filter((tale) => tale.includes('npm error'));
  return (tales.length > 0 ? tales.join('') : output).replace(/^npm (warn|error) .*\n/gm, '');
}

/** @returns {Record<string, string>} */
function readStamp() {
  return existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {};
}
