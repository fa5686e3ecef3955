import { readFile, stat } from 'node:fs/promises';
import { EucoraError, isEucoraError, reasonOf, sha256Hex } from '@eucora/sdk';
import type { OpaConfig } from './config.js';

/** Policies have some hundred kilobytes; data is read into the policy's memory whole. */
const MAX_FILE_MB = 16;

/** What was pinned, byte for byte. */
export interface PolicyFiles {
  readonly wasm: Uint8Array;
  /** JSON of an object. */
  readonly data?: string;
}

/** @throws EucoraError `CONFIG_INVALID` when a file is missing, too large or not what it was pinned to */
export async function readPolicyFiles(config: OpaConfig): Promise<PolicyFiles> {
  const wasm = await readPinned(config.policy, config.sha256);
  if (config.data === undefined) return { wasm };
  const data = (await readPinned(config.data, config.dataSha256 ?? '')).toString('utf8');
  if (!isObject(data)) throw unusable(`${config.data} is not a JSON object`);
  return { wasm, data };
}

async function readPinned(path: string, sha256: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_MB * 1024 * 1024) throw unusable(`${path} is larger than ${MAX_FILE_MB} MiB`);
    const bytes = await readFile(path);
    if (sha256Hex(bytes) === sha256) return bytes;
    throw unusable(`${path} is not the file that was registered: its SHA-256 is ${sha256Hex(bytes)}`);
  } catch (cause) {
    throw isEucoraError(cause) ? cause : unusable(`${path} cannot be read: ${reasonOf(cause)}`);
  }
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const unusable = (what: string) => new EucoraError('CONFIG_INVALID', { what });
