import { EucoraError, reasonOf, type Sha256 } from '@eucora/sdk';
import type { BlobInfo } from './blob-store.js';
import type { Append, NewEvent } from './event-store.js';

/** Longest name, in characters, that every adapter can index. */
export const NAME_LIMIT = 512;

/** U+0000, which PostgreSQL's text cannot hold, and halves of surrogate pairs, which UTF-8 cannot. */
const UNSTORABLE = /\0|[\ud800-\udfff]/u;
/** The same two as `JSON.stringify` writes them, unless the backslash before them is itself escaped. */
const UNSTORABLE_IN_JSON = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * A stream, key, id or actor as every adapter can keep it.
 *
 * @param field what to call it in the error
 * @throws EucoraError `INPUT_INVALID`
 */
export function storableName(field: string, value: string): string {
  if (typeof value !== 'string' || value === '') throw unstorable(`${field} is empty`);
  if (value.length > NAME_LIMIT) throw unstorable(`${field} is longer than ${NAME_LIMIT} characters`);
  if (UNSTORABLE.test(value)) throw unstorable(`${field} holds a character that cannot be stored`);
  return value;
}

/**
 * The value as JSON text that every adapter gives back unchanged.
 *
 * @throws EucoraError `INPUT_INVALID` for what has no JSON form, is not a number, or holds U+0000 or half a character
 */
export function storableJson(field: string, value: unknown): string {
  const text = toJson(field, value);
  if (text === undefined) throw unstorable(`${field} has no JSON form`);
  if (text.includes('\\u') && UNSTORABLE_IN_JSON.test(text)) {
    throw unstorable(`${field} holds a character that cannot be stored`);
  }
  if (text.includes('null') && holdsNoNumber(value))
    throw unstorable(`${field} holds a number that JSON does not have`);
  return text;
}

/** @throws EucoraError `ARTIFACT_MISMATCH` when what came is not what was announced */
export function refuseOtherBytes(
  came: BlobInfo,
  expected: { readonly sha256?: Sha256; readonly size?: number } = {},
): void {
  if (expected.size !== undefined && expected.size !== came.size) {
    throw mismatch(`${expected.size} bytes were announced, ${came.size} came`, came, expected);
  }
  if (expected.sha256 !== undefined && expected.sha256 !== came.sha256) {
    throw mismatch(`SHA-256 ${expected.sha256} was announced, ${came.sha256} came`, came, expected);
  }
}

const mismatch = (what: string, came: BlobInfo, expected: object) =>
  new EucoraError('ARTIFACT_MISMATCH', { what, details: { expected, came } });

function toJson(field: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (cause) {
    throw unstorable(`${field} has no JSON form: ${reasonOf(cause)}`, cause);
  }
}

/** JSON writes NaN and Infinity as null, which would be a silent change. */
const holdsNoNumber = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(holdsNoNumber);

const unstorable = (what: string, cause?: unknown) => new EucoraError('INPUT_INVALID', { what, cause });

/**
 * The append with its data as every adapter will give it back: plain JSON, a copy of the caller's.
 *
 * @throws EucoraError `INPUT_INVALID`
 */
export function storableAppend(request: Append): Append {
  for (const { stream, expectedVersion, events } of request.writes) {
    storableName('stream', stream);
    if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) throw unstorable(`${stream}: no such version`);
    if (events.length === 0) throw unstorable(`${stream}: a write without an event`);
  }
  return {
    ...request,
    writes: request.writes.map((write) => ({ ...write, events: write.events.map(storableEvent) })),
  };
}

function storableEvent({ type, data, correlationId, actor }: NewEvent): NewEvent {
  storableName('event type', type);
  storableName('correlation id', correlationId);
  storableName('actor', actor);
  return { type, data: JSON.parse(storableJson('event data', data)) as unknown, correlationId, actor };
}
