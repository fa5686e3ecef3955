import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import type { TokenSource } from './client.js';
import { isLoopback, refuseInClear } from './identity/in-clear.js';
import { loginsOf, type Login, type Logins } from './identity/logins.js';
import type { ClientCredentials } from './identity/sign-in.js';
import type { Io } from './io.js';

export const DEFAULT_URL = 'http://127.0.0.1:8780';
export const DEFAULT_DATA_DIR = '.eucora';

/** A token that ends sooner is renewed before it is used. */
const SOON_MS = 30_000;

type Place = Pick<Io, 'env' | 'cwd'>;

/** The same token for as long as it lasts: a command may run for longer. */
export function tokenSource(url: URL, tokenFile: string | undefined, io: Place): TokenSource {
  let login: Login | undefined;
  return async () => {
    if (login && lasts(login)) return login.access_token;
    const found = await find(url, tokenFile, io);
    if (typeof found === 'object') login = found;
    return typeof found === 'object' ? found.access_token : found;
  };
}

/**
 * `--token-file`, else `EUCORA_TOKEN`, else what `EUCORA_CLIENT_ID` gets, else what `eucora login` left for this host, else
 * the token that the host of this machine left in its data directory. That one goes to this machine only: it is no business
 * of another host.
 */
export const findToken = (url: URL, tokenFile: string | undefined, io: Place): Promise<string | undefined> =>
  tokenSource(url, tokenFile, io)();

async function find(url: URL, tokenFile: string | undefined, io: Place): Promise<string | Login | undefined> {
  if (tokenFile !== undefined) return readToken(resolve(io.cwd, tokenFile));
  if (io.env.EUCORA_TOKEN) return io.env.EUCORA_TOKEN;
  const logins = loginsOf(io);
  const program = await credentialsIn(io);
  if (program) return asProgram(url, program, logins);
  const known = await logins?.of(url);
  if (logins && known) return renewed(url, known, logins);
  if (!isLoopback(url)) return undefined;
  return readToken(resolve(io.cwd, io.env.EUCORA_DATA_DIR ?? DEFAULT_DATA_DIR, 'token')).catch(() => undefined);
}

/** @throws EucoraError `INPUT_INVALID` for an id without a secret */
export async function credentialsIn(
  { env, cwd }: Place,
  given: { readonly id?: string; readonly secretFile?: string } = {},
): Promise<ClientCredentials | undefined> {
  const id = given.id ?? env.EUCORA_CLIENT_ID;
  if (!id) return undefined;
  const file = given.secretFile ?? (given.id ? undefined : env.EUCORA_CLIENT_SECRET_FILE);
  const secret = file ? await readToken(resolve(cwd, file)) : env.EUCORA_CLIENT_SECRET;
  if (secret) return { id, secret };
  throw new EucoraError('INPUT_INVALID', {
    what: `there is a client id, ${id}, and no secret`,
    remedy: 'Give --client-secret-file, or set EUCORA_CLIENT_SECRET_FILE or EUCORA_CLIENT_SECRET.',
  });
}

/** The token that is there while it lasts; a new one is kept for the next command. */
async function asProgram(url: URL, program: ClientCredentials, logins: Logins | undefined): Promise<Login> {
  const known = await logins?.of(url);
  if (known?.client_id === program.id && lasts(known)) return known;
  const { signInProgram, wayInto } = await import('./identity/sign-in.js');
  refuseInClear(url);
  const fresh = await signInProgram(await wayInto(url), program);
  await logins?.keep(url, fresh);
  return fresh;
}

async function renewed(url: URL, known: Login, logins: Logins): Promise<Login> {
  const { refresh_token } = known;
  if (lasts(known) || refresh_token === undefined) return known;
  const { refresh } = await import('./identity/sign-in.js');
  try {
    const fresh = await refresh({ ...known, refresh_token });
    await logins.keep(url, fresh);
    return fresh;
  } catch (cause) {
    // A command beside this one may have used the refresh token first; then its tokens are there.
    const now = await logins.of(url);
    if (now && now.refresh_token !== refresh_token && lasts(now)) return now;
    throw cause;
  }
}

const lasts = ({ expires_at }: Login): boolean =>
  expires_at === undefined || Date.parse(expires_at) - Date.now() > SOON_MS;

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EucoraError('UNAUTHENTICATED', {
      what: `the token file ${path} cannot be read`,
      remedy: 'Name a file that you may read, or set EUCORA_TOKEN.',
      cause,
    });
  });
  return text.trim();
}
