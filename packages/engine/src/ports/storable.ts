import { canonicalJson, EucoraError, isEucoraError, reasonOf, type Sha256 } from '@eucora/sdk';
import type { BlobInfo } from './blob-store.js';
import type { Append, NewEvent, StreamWrite } from './event-store.js';
import type { ViewWrite } from './views.js';

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
  requireStorable(field, text);
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
    return JSON.stringify(value);
  } catch (cause) {
    throw unstorable(`${field} has no JSON form: ${reasonOf(cause)}`, cause);
  }
}

function requireStorable(field: string, json: string): string {
  if (!json.includes('\\u') || !UNSTORABLE_IN_JSON.test(json)) return json;
  throw unstorable(`${field} holds a character that cannot be stored`);
}

/** JSON writes NaN and Infinity as null, which would be a silent change. */
const holdsNoNumber = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(holdsNoNumber);

const unstorable = (what: string, cause?: unknown) => new EucoraError('INPUT_INVALID', { what, cause });

/** An event whose data is a copy of the caller's, as every adapter will give it back. */
export interface StorableEvent extends NewEvent {
  /** The RFC 8785 form of the data. */
  readonly canonical: string;
}

export interface StorableView extends ViewWrite {
  /** The body as JSON, as it was when it was given. */
  readonly json: string;
}

export interface StorableAppend extends Append {
  readonly writes: readonly (Omit<StreamWrite, 'events'> & { readonly events: readonly StorableEvent[] })[];
  readonly views: readonly StorableView[];
  /** Events in it. */
  readonly size: number;
  /** Characters of their data and of the views. */
  readonly weight: number;
}

/**
 * The append as every adapter can keep it.
 *
 * @throws EucoraError `INPUT_INVALID`
 */
export function storableAppend(request: Append): StorableAppend {
  for (const { stream, expectedVersion, events } of request.writes) {
    storableName('stream', stream);
    if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) throw unstorable(`${stream}: no such version`);
    if (events.length === 0) throw unstorable(`${stream}: a write without an event`);
  }
  for (const { key } of request.jobs ?? []) storableName('job key', key);
  let [size, weight] = [0, 0];
  const writes = request.writes.map(({ stream, expectedVersion, events }) => ({
    stream,
    expectedVersion,
    events: events.map((event) => {
      const storable = storableEvent(event);
      size += 1;
      weight += storable.canonical.length;
      return storable;
    }),
  }));
  const views = (request.views ?? []).map((view) => {
    const storable = storableView(view);
    weight += storable.json.length;
    return storable;
  });
  const { jobs = [], fence } = request;
  return { writes, jobs, views, ...(fence && { fence }), size, weight };
}

function storableView({ collection, id, body }: ViewWrite): StorableView {
  storableName('view collection', collection);
  storableName('view id', id);
  return { collection, id, body, json: storableJson('view body', body) };
}

function storableEvent({ type, data, correlationId, actor }: NewEvent): StorableEvent {
  storableName('event type', type);
  storableName('correlation id', correlationId);
  storableName('actor', actor);
  try {
    const canonical = requireStorable('event data', canonicalJson(data));
    return { type, data: JSON.parse(canonical) as unknown, correlationId, actor, canonical };
  } catch (cause) {
    throw isEucoraError(cause) ? cause : unstorable(`event data has no JSON form: ${reasonOf(cause)}`, cause);
  }
}
