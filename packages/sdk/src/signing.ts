import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { EucoraError } from './errors.js';

/** The hub's Ed25519 key, as far as others may use it. */
export interface Signer {
  /** {@link keyIdOf} its public key. */
  readonly keyId: string;
  /** PEM (SPKI). Give it to whoever verifies. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Signature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

/** A DSSE envelope, with the field names of its specification (secure-systems-lab/dsse, envelope.md). */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly Signature[];
}

/** SHA-256 of the DER form, lower-case hex. @param publicKey PEM (SPKI) */
export const keyIdOf = (publicKey: string): string => idOf(createPublicKey(publicKey));

const idOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** @param privateKey PEM (PKCS #8). @throws EucoraError `CONFIG_INVALID` for anything but an Ed25519 key */
export function ed25519Signer(privateKey: string): Signer {
  const key = readKey(() => createPrivateKey(privateKey));
  const publicKey = createPublicKey(key);
  return {
    keyId: idOf(publicKey),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    sign: (bytes) => sign(null, bytes, key),
  };
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The cause may quote the key: falls through to an error that does not.
  }
  throw new EucoraError('CONFIG_INVALID', { what: 'the signing key is not an Ed25519 key in PEM (PKCS #8) form' });
}

/** What is signed in DSSE: type and payload, each with its length, so that neither can pass for part of the other. */
const preAuthEncoding = (type: string, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

export const signatureOf = (type: string, payload: Uint8Array, signer: Signer): Signature => ({
  keyid: signer.keyId,
  sig: Buffer.from(signer.sign(preAuthEncoding(type, payload))).toString('base64'),
});

/** Whether exactly one signature stands there, of one of the keys, and fits. @param keys PEM (SPKI) */
export function isSigned(
  type: string,
  payload: Uint8Array,
  signatures: readonly Signature[],
  keys: readonly string[],
): boolean {
  const [only, ...more] = signatures;
  if (!only || more.length > 0) return false;
  const key = keys.find((pem) => keyIdOf(pem) === only.keyid);
  const bytes = exactBase64(only.sig);
  return key !== undefined && bytes !== undefined && verify(null, preAuthEncoding(type, payload), key, bytes);
}

export const sealEnvelope = (payloadType: string, payload: Uint8Array, signer: Signer): Envelope => ({
  payloadType,
  payload: Buffer.from(payload).toString('base64'),
  signatures: [signatureOf(payloadType, payload, signer)],
});

/**
 * The payload of an envelope that one of the keys signed, and nothing when it is not one or not signed by them.
 *
 * @param keys PEM (SPKI)
 */
export function openEnvelope(value: unknown, payloadType: string, keys: readonly string[]): Uint8Array | undefined {
  const envelope = value as Partial<Envelope> | null;
  if (typeof envelope !== 'object' || envelope === null || envelope.payloadType !== payloadType) return undefined;
  const payload = exactBase64(envelope.payload);
  if (!payload || !Array.isArray(envelope.signatures)) return undefined;
  return isSigned(payloadType, payload, envelope.signatures, keys) ? payload : undefined;
}

/** Base64 has several spellings of the same bytes; only the usual one counts, so that no byte can be changed unseen. */
function exactBase64(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
