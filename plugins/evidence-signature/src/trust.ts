import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EucoraError, invalidDocument, reasonOf } from '@eucora/sdk';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';
import { quoted } from './fields.js';
import { matches } from './glob.js';
import type { KeyRule, SignatureConfig } from './config.js';

/** Whom a package's signatures are checked against. */
export type Trust = (packageName: string) => Promise<TrustMaterial>;

/**
 * The trusted root of the configuration, read when it is first needed and kept: a new one counts from the next start. One
 * that could not be read is looked for again.
 *
 * @throws EucoraError `CONFIG_INVALID` when there is none, or none that can be used
 */
export function trustOf({ trustedRoot, keys }: Pick<SignatureConfig, 'trustedRoot' | 'keys'>): Trust {
  let held: TrustedRoot | undefined;
  return async (packageName) => {
    held ??= await readRoot(trustedRoot);
    const ofPackage = keys.filter((key) => matches(key.package, packageName));
    return toTrustMaterial(held, (hint) => keyNamed(hint, ofPackage));
  };
}

async function readRoot(path: string | undefined): Promise<TrustedRoot> {
  if (!path) throw unusable('cannot be verified: no trustedRoot is configured');
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(await readFile(path, 'utf8')));
    if (root.tlogs.length === 0) throw new Error('it names no transparency log');
    toTrustMaterial(root);
    return root;
  } catch (cause) {
    throw unusable(`cannot be verified: the trusted root ${path} is not usable: ${reasonOf(cause)}`);
  }
}

function keyNamed(hint: string, keys: readonly KeyRule[]): ReturnType<TrustMaterial['publicKey']> {
  const rule = keys.find((key) => key.hint === hint);
  if (!rule)
    throw invalidDocument(`is signed with the key ${quoted(hint)}, which is not among the keys for this package`);
  return { publicKey: createPublicKey(rule.publicKey), validFor: () => true };
}

const unusable = (what: string) => new EucoraError('CONFIG_INVALID', { what });
