import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { bits, der, integer, octets, oid, sequence, text, time, yes } from './der.js';

const ECDSA = sequence(oid('1.2.840.10045.4.3.2'));
const YEARS = { from: new Date('2020-01-01T00:00:00Z'), until: new Date('2040-01-01T00:00:00Z') };

export interface Identity {
  readonly san: string;
  readonly issuer: string;
  readonly source?: string;
  readonly from: Date;
  readonly until: Date;
}

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const givenKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
export const keyId = (key: KeyObject): Buffer => sha256(spki(key));
export const sha256 = (...bytes: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(bytes)).digest();

/** A certificate authority as Fulcio is one: it vouches for an identity, and a log of certificates vouches for it. */
export function givenAuthority(name: string) {
  const keys = givenKeys();
  const log = givenKeys();
  const subject = sequence(der(0x31, sequence(oid('2.5.4.3'), text(name))));
  const isAuthority = extension('2.5.29.19', sequence(yes));
  const root = signed(toBeSigned(subject, subject, YEARS, keys.publicKey, [isAuthority]), keys.privateKey);

  const issue = (identity: Identity, publicKey: KeyObject): Buffer => {
    const extensions = [
      extension('2.5.29.17', sequence(der(0x86, Buffer.from(identity.san)))),
      extension('1.3.6.1.4.1.57264.1.8', text(identity.issuer)),
      ...(identity.source ? [extension('1.3.6.1.4.1.57264.1.12', text(identity.source))] : []),
    ];
    const precertificate = toBeSigned(subject, sequence(), identity, publicKey, extensions);
    const receipt = receiptOf(precertificate, identity.from);
    return signed(toBeSigned(subject, sequence(), identity, publicKey, [...extensions, receipt]), keys.privateKey);
  };

  /** RFC 6962, 3.2 and 3.3. */
  const receiptOf = (precertificate: Buffer, at: Date) => {
    const when = Buffer.alloc(8);
    when.writeBigUInt64BE(BigInt(at.getTime()));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(precertificate.length);
    const head = Buffer.concat([Buffer.from([0, 0]), when, Buffer.from([0, 1]), keyId(keys.publicKey)]);
    const seen = Buffer.concat([head, length.subarray(1), precertificate, Buffer.from([0, 0])]);
    const signature = sign('sha256', seen, log.privateKey);
    const start = Buffer.concat([Buffer.from([0]), keyId(log.publicKey), when, Buffer.from([0, 0, 4, 3])]);
    const receipt = Buffer.concat([start, prefixed(signature)]);
    return extension('1.3.6.1.4.1.11129.2.4.2', octets(prefixed(prefixed(receipt))));
  };

  return { root, issue, logKey: log.publicKey };
}

const prefixed = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);

const extension = (id: string, value: Buffer) => sequence(oid(id), octets(value));

const toBeSigned = (
  issuer: Buffer,
  subject: Buffer,
  { from, until }: { readonly from: Date; readonly until: Date },
  publicKey: KeyObject,
  extensions: readonly Buffer[],
) =>
  sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA,
    issuer,
    sequence(time(from), time(until)),
    subject,
    spki(publicKey),
    der(0xa3, sequence(...extensions)),
  );

const signed = (content: Buffer, key: KeyObject) => sequence(content, ECDSA, bits(sign('sha256', content, key)));
