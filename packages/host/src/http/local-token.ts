import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostConfig } from '../config/host-config.js';

/** Who holds the token. Every permission: the holder owns the data folder. */
export const LOCAL_ADMIN = 'local-admin';

export interface LocalToken {
  readonly path: string;
  readonly value: string;
  matches(presented: string): boolean;
}

export const tokenFileIn = (dataDir: string): string => join(dataDir, 'token');

/** With OIDC only where it was asked for: whoever reads one file would be everybody. */
export const localTokenIsUsed = ({ oidc, localToken = false }: Pick<HostConfig, 'oidc' | 'localToken'>): boolean =>
  oidc === undefined || localToken;

const SHAPE = /^[\w-]{43,}$/;

/** The token of this data folder, made when there is none yet, readable by its owner alone. */
export function localToken(dataDir: string): LocalToken {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = tokenFileIn(dataDir);
  const value = existing(path) ?? made(path);
  const bytes = Buffer.from(value);
  return { path, value, matches: (presented) => same(Buffer.from(presented), bytes) };
}

function existing(path: string): string | undefined {
  try {
    const value = readFileSync(path, 'utf8').trim();
    chmodSync(path, 0o600);
    return SHAPE.test(value) ? value : undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function made(path: string): string {
  const value = randomBytes(32).toString('base64url');
  writeFileSync(path, `${value}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return value;
}

/** Only the length can be told from the time, and that is known. */
const same = (presented: Buffer, bytes: Buffer): boolean =>
  presented.length === bytes.length && timingSafeEqual(presented, bytes);
