import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import type { Io } from './io.js';

export const DEFAULT_URL = 'http://127.0.0.1:8780';
export const DEFAULT_DATA_DIR = '.eucora';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * `--token-file`, else `EUCORA_TOKEN`, else the token that the host of this machine left in its data directory. That one
 * goes to this machine only: it is no business of another host.
 */
export async function findToken(url: URL, tokenFile: string | undefined, io: Pick<Io, 'env' | 'cwd'>) {
  if (tokenFile !== undefined) return readToken(resolve(io.cwd, tokenFile));
  if (io.env.EUCORA_TOKEN) return io.env.EUCORA_TOKEN;
  if (!LOOPBACK.has(url.hostname)) return undefined;
  return readToken(resolve(io.cwd, io.env.EUCORA_DATA_DIR ?? DEFAULT_DATA_DIR, 'token')).catch(() => undefined);
}

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
