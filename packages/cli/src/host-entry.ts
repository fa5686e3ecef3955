import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EucoraError } from '@eucora/sdk';

/** Met by name, at run time: the command works against a host anywhere, and depends on none. */
const HOST_PACKAGE = '@eucora/host';

export interface HostEntry {
  readonly file: string;
  /** Arguments for node before the file. */
  readonly execArgv: readonly string[];
}

/**
 * What to run as the host: the one installed at `cwd`, else the one beside this command.
 *
 * @throws EucoraError `PLUGIN_LOAD_FAILED` when it is not installed, or not built
 */
export function findHost(cwd: string): HostEntry {
  const folder = folderFrom(join(cwd, 'package.json')) ?? folderFrom(import.meta.url);
  if (folder === undefined) {
    throw new EucoraError('PLUGIN_LOAD_FAILED', {
      what: `the package ${HOST_PACKAGE} is not installed here`,
      remedy: `npm install ${HOST_PACKAGE}`,
    });
  }
  const source = join(folder, 'src', 'main.ts');
  if (import.meta.url.endsWith('.ts') && existsSync(source)) return { file: source, execArgv: process.execArgv };

  const file = join(folder, 'dist', 'main.js');
  if (existsSync(file)) return { file, execArgv: [] };
  throw new EucoraError('PLUGIN_LOAD_FAILED', {
    what: `${HOST_PACKAGE} is installed at ${folder} and not built`,
    remedy: 'npm run build',
  });
}

function folderFrom(place: string): string | undefined {
  try {
    return dirname(createRequire(place).resolve(`${HOST_PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}
