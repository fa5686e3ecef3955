import { existsSync, readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { runNode, runNpm } from '../bootstrap/child.mjs';
import { at } from '../bootstrap/places.mjs';
import { publishedWorkspaces } from '../bootstrap/workspaces.mjs';

/** @typedef {import('../bootstrap/workspaces.mjs').Workspace} Workspace */

/** What a user would get from the registry: whole, typed, and nothing else in it. @returns {Promise<string[]>} */
export async function packaging() {
  const complaints = [];
  for (const workspace of publishedWorkspaces()) {
    const found = [
      ...(await contents(workspace)),
      ...(await entries(workspace)),
      ...(await declarations(workspace)),
      ...licence(workspace),
    ];
    complaints.push(...found.map((complaint) => `${workspace.folder}: ${complaint}`));
  }
  return [...complaints, ...rootOfTheSdk()];
}

/** @param {Workspace} workspace */
async function contents({ folder }) {
  const { code, output } = await runNpm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    quiet: true,
    cwd: at(folder),
  });
  if (code !== 0) return [`npm pack failed:\n${output}`];
  const paths = filesOf(JSON.parse(output.slice(output.search(/^[[{]/m))));
  const foreign = paths.filter(
    (path) =>
      !/^(dist\/|bin\/|assets\/|playbooks\/|powershell\/|README\.md$|CHANGELOG\.md$|LICENSE$|package\.json$)/.test(
        path,
      ),
  );
  const missing = ['README.md', 'LICENSE', 'package.json'].filter((path) => !paths.includes(path));
  return [
    ...foreign.map((path) => `${path} would be published`),
    ...missing.map((path) => `${path} would not be published`),
  ];
}

/** npm 11 answers with a list, later ones with an object by name. @param {unknown} answer @returns {string[]} */
const filesOf = (answer) =>
  Object.values(/** @type {Record<string, { files: { path: string }[] }>} */ (answer)).flatMap(({ files }) =>
    files.map(({ path }) => path),
  );

/** @param {Workspace} workspace */
async function entries({ folder, manifest }) {
  const { messages } = await publint({ pkgDir: at(folder), strict: true, pack: false });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** @param {Workspace} workspace */
async function declarations({ folder }) {
  const attw = at('node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  const { code, output } = await runNode(
    attw,
    ['--pack', at(folder), '--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'table-flipped'],
    {
      quiet: true,
      env: { NO_COLOR: '1', FORCE_COLOR: '0' },
    },
  );
  return code === 0 ? [] : [`attw:\n${output}`];
}

/** @param {Workspace} workspace */
const licence = ({ folder }) =>
  existsSync(at(folder, 'LICENSE')) &&
  readFileSync(at(folder, 'LICENSE'), 'utf8') !== readFileSync(at('LICENSE'), 'utf8')
    ? ['its LICENSE is not that of the repository']
    : [];

/** Who implements a port must not get a library with it. */
function rootOfTheSdk() {
  return importsOf('packages/sdk/dist/index.js')
    .filter((name) => !name.startsWith('node:'))
    .map((name) => `packages/sdk/dist/index.js imports ${name}; the root of the SDK imports nothing`);
}

/** What a built file asks for by name, also through the pieces that it shares with others. @param {string} path @returns {string[]} */
function importsOf(path, seen = new Set()) {
  if (seen.has(path)) return [];
  seen.add(path);
  const names = [
    ...readFileSync(at(path), 'utf8').matchAll(/^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?["']([^"']+)["'];?$/gm),
  ].map(([, name = '']) => name);
  return names.flatMap((name) =>
    name.startsWith('.') ? importsOf(new URL(name, `file:///${path}`).pathname.slice(1), seen) : [name],
  );
}
