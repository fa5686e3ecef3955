import { generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';

export interface GeneratedCertificate {
  /** PEM, self-signed. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const SHA256_WITH_RSA = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const COMMON_NAME = [0x06, 0x03, 0x55, 0x04, 0x03];
const NULL = [0x05, 0x00];
const YEAR_MS = 365 * 86_400_000;

/**
 * A self-signed certificate such as an operator registers with an application, for simulators and trials. Node can read X.509
 * and not make it, so the few fields are written here by hand (RFC 5280, version 1: no extensions).
 */
export function generateCertificate(
  options: { readonly commonName?: string; readonly from?: Date; readonly days?: number } = {},
): GeneratedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const from = options.from ?? new Date(Date.now() - YEAR_MS);
  const until = new Date(from.getTime() + (options.days ?? 3650) * 86_400_000);
  const name = distinguishedName(options.commonName ?? 'EUCORA simulator');
  const algorithm = der(SEQUENCE, Buffer.from([...SHA256_WITH_RSA, ...NULL]));

  const body = der(
    SEQUENCE,
    integer(randomBytes(8)),
    algorithm,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const whole = der(SEQUENCE, body, algorithm, bitString(signed(body, privateKey)));
  return {
    certificate: new X509Certificate(whole).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const signed = (body: Buffer, key: KeyObject) => sign('sha256', body, key);

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

/** Positive: a leading bit would make it negative. */
const integer = (bytes: Buffer) =>
  der(0x02, Buffer.concat([Buffer.from([(bytes[0]! & 0x7f) | 0x40]), bytes.subarray(1)]));

const bitString = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes);

const distinguishedName = (commonName: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, Buffer.from(COMMON_NAME), der(0x0c, Buffer.from(commonName, 'utf8')))));

/** UTCTime until 2049, as RFC 5280 has it; GeneralizedTime after. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}
