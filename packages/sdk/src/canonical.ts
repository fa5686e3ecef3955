import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';

/** Its declarations describe another module shape than the one that Node loads. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** The RFC 8785 (JCS) form: the same value gives the same text, whatever the order of its keys. `undefined` fields are left out. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value without a JSON form has no canonical form');
  return text;
}

/** Lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
