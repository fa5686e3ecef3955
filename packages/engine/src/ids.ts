import { randomBytes } from 'node:crypto';
import { EucoraError } from '@eucora/sdk';

/** A UUID of version 7 (RFC 9562): later ones sort after earlier ones. */
export function freshId(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Ids become parts of stream names and marks, so they keep to a narrow alphabet. */
export function requireId(field: string, value: string): string {
  if (ID.test(value)) return value;
  throw new EucoraError('INPUT_INVALID', {
    what: `${field}: ${JSON.stringify(value.slice(0, 120))} is not an id`,
    remedy: 'Use 1 to 100 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.',
    details: { field },
  });
}
