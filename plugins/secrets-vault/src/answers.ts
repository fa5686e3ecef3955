import { EucoraError } from '@eucora/sdk';
import type { Answered } from './server.js';

/**
 * What the answer to a read means.
 *
 * @returns the secret's fields; undefined when this is no answer of a KV version 2 store at work
 * @throws EucoraError `SECRET_NOT_FOUND`, `SECRET_STORE_FORBIDDEN`
 */
export function fieldsIn({ status, body }: Answered, reference: string): Readonly<Record<string, unknown>> | undefined {
  const { data } = Object(body) as { data?: { data?: unknown; metadata?: unknown } | null };
  if (status === 200 && isRecord(data?.data) && isRecord(data.metadata)) return data.data;
  if (status === 404) throw notFound(reference, isRecord(data?.metadata) ? goneIn(data.metadata) : NOWHERE);
  if (status === 403) {
    throw new EucoraError('SECRET_STORE_FORBIDDEN', {
      what: `${reference}: the store does not let us read it`,
      remedy: 'Grant the role of the hub read on <mount>/data/<path>.',
      details: { reference },
    });
  }
  if (status >= 400 && status < 500 && ![408, 412, 425, 429].includes(status))
    throw notFound(reference, `the store refuses the request (${status})`);
  return undefined;
}

const NOWHERE = 'there is nothing; the mount may not be there, or not be a KV version 2 store';

/** The metadata of a version outlives it. */
function goneIn({ version, destroyed }: Readonly<Record<string, unknown>>): string {
  return `version ${Number(version)} is ${destroyed === true ? 'destroyed' : 'deleted'}`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notFound = (reference: string, why: string) =>
  new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: ${why}`, details: { reference } });
