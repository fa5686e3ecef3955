import { generateKeyPairSync } from 'node:crypto';
import { ed25519Signer, type Signer } from '@eucora/sdk';

/** A key of this process alone: what it signs cannot be checked after it has ended. */
export const ephemeralSigner = (): Signer =>
  ed25519Signer(String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })));
