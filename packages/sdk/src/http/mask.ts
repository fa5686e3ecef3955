const HIDDEN = '***';

/** Field names whose values nobody may read: `client_secret`, `accessToken`, `encryptionKey`, `private_key`, `sig`... */
const SECRET_FIELD =
  /(passw(or)?d|passphrase|secret|token|assertion|authorization|credential|cookie|signature)|^(pwd|sig|key|mac|initializationvector)$|[_-]key$/i;
const KEY_IN_CAMEL_CASE = /[a-z0-9]Key$/;

/** `idempotency_key` and the like name things; they open nothing. */
const HARMLESS_FIELD =
  /^(idempotency|natural|sort|partition|primary|foreign|registry)[_-]?key$|^(next|page|continuation)[_-]?token$|token_?type|expires/i;

const isSecretField = (name: string): boolean =>
  (SECRET_FIELD.test(name) || KEY_IN_CAMEL_CASE.test(name)) && !HARMLESS_FIELD.test(name);

// All of these take linear time: vendors' pages go through them.
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const SCHEME = /\b(Bearer|Basic|Negotiate)\s+[A-Za-z0-9+/._~=-]{6,}/gi;
const JWT = /(?<![\w-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*/g;
/** `name=value` of queries, forms and connection strings. */
const PAIR = /\b([A-Za-z][\w-]{0,60})=([^&\s"'<>;,]+)/g;
/** `"name": "value"`, also where a JSON text stands escaped within another. */
const FIELD = /(\\?"([A-Za-z][\w-]{0,60})\\?"\s*:\s*\\?")((?:[^"\\]|\\[^"])*)/g;

/**
 * The same text or plain value with the secrets that can be recognised replaced by `***`. A net below careful code, not a licence:
 * what is not marked as a secret by its name or its shape passes through.
 */
export function maskSecrets<T>(value: T): T {
  return mask(value) as T;
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(mask);
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, isSecretField(name) && field != null ? HIDDEN : mask(field)]),
  );
}

const maskText = (text: string): string =>
  text
    .replace(PEM, HIDDEN)
    .replace(SCHEME, `$1 ${HIDDEN}`)
    .replace(JWT, HIDDEN)
    .replace(PAIR, (pair, name: string) => (isSecretField(name) ? `${name}=${HIDDEN}` : pair))
    .replace(FIELD, (field, before: string, name: string) => (isSecretField(name) ? before + HIDDEN : field));
