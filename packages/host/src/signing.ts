import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519Signer, EucoraError, keyIdOf, reasonOf, type SecretProvider, type Signer } from '@eucora/sdk';
import type { HostConfig } from './config/host-config.js';

export interface SigningKeys {
  readonly signer: Signer;
  /** PEM (SPKI): they signed before, and are still believed. */
  readonly earlierKeys: readonly string[];
}

/**
 * The hub's key: the secret that the configuration names, else one of this data folder, made when there is none yet. Its public half lies
 * beside it, for whoever verifies packs without asking the host.
 *
 * @throws EucoraError `CONFIG_INVALID`, `SECRET_NOT_FOUND`
 */
export async function openSigningKeys(
  { signingKey, earlierKeys = [], dataDir }: Pick<HostConfig, 'signingKey' | 'earlierKeys' | 'dataDir'>,
  secrets: SecretProvider,
): Promise<SigningKeys> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const signer = ed25519Signer(
    signingKey ? await secrets.resolve(signingKey) : ownKey(join(dataDir, 'signing-key.pem')),
  );
  writeWhole(join(dataDir, 'signing-key.pub'), signer.publicKey, 0o644);
  return { signer, earlierKeys: earlierKeys.map(publicKeyIn) };
}

function ownKey(path: string): string {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeWhole(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
  }
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8');
}

/** A crash in between leaves the old file or the new one. */
function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

function publicKeyIn(path: string): string {
  try {
    const pem = readFileSync(path, 'utf8');
    keyIdOf(pem);
    return pem;
  } catch (cause) {
    throw new EucoraError('CONFIG_INVALID', {
      what: `earlier_keys: ${path} is no public key in PEM: ${reasonOf(cause)}`,
    });
  }
}
