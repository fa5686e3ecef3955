import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EucoraError, reasonOf } from '@eucora/sdk';

/** A plugin package on disk. */
export interface Located {
  /** For `import()`. */
  readonly entry: string;
  /** What its hash is taken over: the folder of the package, or the file itself where there is no package. */
  readonly root: string;
  readonly version: string;
}

const HERE = import.meta.filename;

/**
 * Finds a module as Node would from the registry's folder, and where that has none, from the host's.
 *
 * @throws EucoraError `PLUGIN_LOAD_FAILED`
 */
export function locate(module: string, registryFile: string): Located {
  const fromPath = module.startsWith('.') || isAbsolute(module);
  const folder = fromPath ? resolve(dirname(registryFile), module) : undefined;
  const failures: string[] = [];
  for (const from of folder ? [folder] : [registryFile, HERE]) {
    try {
      const entry = realpathSync(folder ? entryOfPath(folder) : resolveFrom(module, from));
      return { entry: pathToFileURL(entry).href, ...packageOf(entry, folder) };
    } catch (cause) {
      failures.push(reasonOf(cause).split('\n', 1)[0]!);
    }
  }
  throw new EucoraError('PLUGIN_LOAD_FAILED', { what: `the module ${module} is not there: ${failures[0]}` });
}

function entryOfPath(path: string): string {
  const manifest = join(path, 'package.json');
  if (!existsSync(manifest)) return createRequire(HERE).resolve(path);
  const { name, exports: exported } = readManifest(manifest);
  return name && exported ? resolveFrom(name, manifest) : createRequire(manifest).resolve(path);
}

/** `require.resolve` knows the conditions that Node was started with, but not packages that are for `import` only. */
function resolveFrom(module: string, from: string): string {
  const { resolve: find } = createRequire(from);
  try {
    return find(module);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw cause;
    const folder = (createRequire(from).resolve.paths(module) ?? [])
      .map((modules) => join(modules, module))
      .concat(dirname(from))
      .find((each) => existsSync(join(each, 'package.json')));
    const target = folder && importTarget(readManifest(join(folder, 'package.json')).exports);
    if (!target) throw cause;
    return join(folder, target);
  }
}

/** The `import` target of the package's root. */
function importTarget(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (typeof exported !== 'object' || exported === null) return undefined;
  for (const [condition, target] of Object.entries(exported)) {
    const found = ['.', 'node', 'import', 'default'].includes(condition) ? importTarget(target) : undefined;
    if (found) return found;
  }
  return undefined;
}

function packageOf(entry: string, folder: string | undefined): Pick<Located, 'root' | 'version'> {
  if (folder && statSync(folder, { throwIfNoEntry: false })?.isFile()) return { root: entry, version: '0.0.0' };
  for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
    const { name, version } = readManifest(join(at, 'package.json'));
    if (name) return { root: at, version: version ?? '0.0.0' };
  }
  return { root: folder ? realpathSync(folder) : entry, version: '0.0.0' };
}

function readManifest(path: string): { name?: string; version?: string; exports?: unknown } {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }) : {};
}
