import { sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@eucora/sdk';
import { givenAuthority, givenKeys, keyId, sha256, spki, type Identity, type Keys } from './authority.js';

export const SIGNED_AT = new Date('2026-11-01T10:00:00Z');
export const WORKFLOW: Identity = {
  san: 'https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v2.0.0',
  issuer: 'https://token.actions.githubusercontent.com',
  source: 'https://github.com/acme/tool',
  from: new Date(SIGNED_AT.getTime() - 60_000),
  until: new Date(SIGNED_AT.getTime() + 540_000),
};

export interface Making {
  readonly identity?: Partial<Identity>;
  /** A key instead of a certificate. */
  readonly key?: Keys & { readonly hint: string };
  readonly signedAt?: Date;
  readonly version?: '0.1' | '0.2' | '0.3';
  /** A forger's: the bytes whose digest is claimed, in place of those that are signed. */
  readonly claims?: Uint8Array;
}

const MEDIA_TYPES = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
};

/** An authority and a transparency log of our own, and everything that people have signed with them. */
export function givenSigstore() {
  const authority = givenAuthority('test authority');
  const log = givenKeys();

  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf('https://log.example', log.publicKey)],
    certificateAuthorities: [
      {
        subject: { organization: 'test', commonName: 'test authority' },
        uri: 'https://authority.example',
        certChain: { certificates: [{ rawBytes: base64(authority.root) }] },
        validFor: { start: '2020-01-01T00:00:00Z', end: '2030-01-01T00:00:00Z' },
      },
    ],
    ctlogs: [logOf('https://certificates.example', authority.logKey)],
    timestampAuthorities: [],
  };

  const bundle = (
    content: object,
    entry: { kind: string; spec: object },
    keys: Keys,
    { identity, key, signedAt = SIGNED_AT, version = '0.3' }: Making,
  ) => {
    const certificate = { rawBytes: base64(authority.issue({ ...WORKFLOW, ...identity }, keys.publicKey)) };
    const inChain = { x509CertificateChain: { certificates: [certificate] } };
    const signedBy = key ? { publicKey: { hint: key.hint } } : version === '0.3' ? { certificate } : inChain;
    return {
      mediaType: MEDIA_TYPES[version],
      verificationMaterial: { ...signedBy, tlogEntries: [logged(log, entry, signedAt)] },
      ...content,
    };
  };

  return {
    trustedRoot,

    /** A signature over the artifact itself. */
    signature(artifact: Uint8Array, making: Making = {}) {
      const keys = making.key ?? givenKeys();
      const [digest, signature] = [sha256(making.claims ?? artifact), sign('sha256', artifact, keys.privateKey)];
      const spec = {
        data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
        signature: { content: base64(signature), publicKey: { content: base64(spki(keys.publicKey)) } },
      };
      const messageDigest = { algorithm: 'SHA2_256', digest: base64(digest) };
      const content = { messageSignature: { messageDigest, signature: base64(signature) } };
      return bundle(content, { kind: 'hashedrekord', spec }, keys, making);
    },

    /** A signature over a statement. */
    envelope(payloadType: string, statement: object, making: Making = {}) {
      const keys = making.key ?? givenKeys();
      const payload = Buffer.from(JSON.stringify(statement));
      const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
      const sig = base64(sign('sha256', Buffer.concat([Buffer.from(head), payload]), keys.privateKey));
      const spec = {
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        signatures: [{ signature: sig, verifier: base64(spki(keys.publicKey)) }],
      };
      const content = { dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig }] } };
      return bundle(content, { kind: 'dsse', spec }, keys, making);
    },
  };
}

/** The second entry of a log of two, with the log's promise, its proof and its signed checkpoint. */
function logged(log: Keys, { kind, spec }: { kind: string; spec: object }, at: Date) {
  const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind, spec }));
  const integratedTime = Math.floor(at.getTime() / 1000);
  const promise = { body: base64(body), integratedTime, logIndex: 77, logID: keyId(log.publicKey).toString('hex') };
  const signedEntryTimestamp = base64(sign('sha256', Buffer.from(canonicalJson(promise)), log.privateKey));

  const neighbour = sha256(Buffer.from('the entry before'));
  const root = sha256(Buffer.from([1]), neighbour, sha256(Buffer.from([0]), body));
  const note = `log.example\n2\n${base64(root)}\n`;
  const noteSignature = sign('sha256', Buffer.from(note), log.privateKey);
  const signer = base64(Buffer.concat([keyId(log.publicKey).subarray(0, 4), noteSignature]));
  return {
    logIndex: '77',
    logId: { keyId: base64(keyId(log.publicKey)) },
    kindVersion: { kind, version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: '1',
      rootHash: base64(root),
      treeSize: '2',
      hashes: [base64(neighbour)],
      checkpoint: { envelope: `${note}\n\u2014 log.example ${signer}\n` },
    },
    canonicalizedBody: base64(body),
  };
}

const logOf = (baseUrl: string, key: KeyObject) => ({
  baseUrl,
  hashAlgorithm: 'SHA2_256',
  publicKey: {
    rawBytes: base64(spki(key)),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: { start: '2020-01-01T00:00:00Z' },
  },
  logId: { keyId: base64(keyId(key)) },
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
