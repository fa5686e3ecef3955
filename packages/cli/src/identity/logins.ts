import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Io } from '../io.js';

/** A sign-in at the identity provider of one host. */
export interface Login {
  readonly issuer: string;
  readonly client_id: string;
  readonly access_token: string;
  /** Present for people: gets the next access token. */
  readonly refresh_token?: string;
  /** ISO 8601, UTC. Absent: the provider did not say. */
  readonly expires_at?: string;
  /** What was sent as `resource`, and has to be again. */
  readonly resource?: string;
}

/** Sign-ins by the address of the host, in a file that its owner alone can read. */
export interface Logins {
  readonly path: string;
  of(url: URL): Promise<Login | undefined>;
  keep(url: URL, login: Login): Promise<void>;
  /** @returns whether there was one */
  forget(url: URL): Promise<boolean>;
}

/** @returns undefined where the environment names no folder of the user: then nothing is kept */
export function loginsOf({ env }: Pick<Io, 'env'>): Logins | undefined {
  const folder = folderOf(env);
  return folder === undefined ? undefined : loginsIn(join(folder, 'logins.json'));
}

function folderOf(env: Io['env']): string | undefined {
  if (env.EUCORA_CONFIG_DIR) return env.EUCORA_CONFIG_DIR;
  const base = env.XDG_CONFIG_HOME || env.APPDATA || (env.HOME && join(env.HOME, '.config'));
  return base ? join(base, 'eucora') : undefined;
}

function loginsIn(path: string): Logins {
  const read = async (): Promise<Record<string, Login>> => {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as Record<string, Login>;
    } catch {
      return {};
    }
  };
  /** Whole or not at all: another command may be reading. */
  const write = async (logins: Record<string, Login>): Promise<void> => {
    const fresh = `${path}.${randomUUID()}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(fresh, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, path);
  };

  return {
    path,
    of: async (url) => own(await read(), keyOf(url)),
    keep: async (url, login) => write({ ...(await read()), [keyOf(url)]: login }),
    async forget(url) {
      const { [keyOf(url)]: known, ...others } = await read();
      if (known !== undefined) await write(others);
      return known !== undefined;
    },
  };
}

/** A token is for one host: its scheme, name, port and path. */
const keyOf = ({ origin, pathname }: URL): string => origin + pathname.replace(/\/+$/, '');

const own = (logins: Record<string, Login>, key: string): Login | undefined =>
  Object.hasOwn(logins, key) ? logins[key] : undefined;
