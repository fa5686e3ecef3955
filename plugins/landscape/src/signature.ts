import { createHmac } from 'node:crypto';

/** What a legacy request says: the fields of its form, lists as `name.1`, `name.2`. */
export type Fields = Readonly<Record<string, string>>;

export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** RFC 3986: letters, digits and `-._~` stay as they are; a space is %20. */
export const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Sorted by the bytes of the names, as the signature wants it. It is also what is sent. */
export const canonicalQuery = (fields: Fields): string =>
  Object.entries(fields)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .join('&');

export const stringToSign = (method: string, url: URL, fields: Fields): string =>
  [method, url.host.toLowerCase(), url.pathname, canonicalQuery(fields)].join('\n');

/**
 * The fields with a signature (HMAC-SHA256, version 2). The path must be signed as it is sent: `/api/` with its slash, and the host with its port
 * where one is given (Landscape's guide to HTTP requests; its own Python client).
 */
export function signed(method: string, url: URL, fields: Fields, keys: KeyPair, now: Date): Fields {
  const whole = {
    ...fields,
    access_key_id: keys.accessKey,
    signature_method: 'HmacSHA256',
    signature_version: '2',
    timestamp: now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
  const signature = createHmac('sha256', keys.secretKey)
    .update(stringToSign(method, url, whole))
    .digest('base64');
  return { ...whole, signature };
}
