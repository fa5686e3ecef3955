import { EucoraError } from '@eucora/sdk';

/** What a mailbox keeps. */
export const KINDS = ['messages', 'folders', 'contacts'] as const;

export type Kind = (typeof KINDS)[number];

export type Fields = Readonly<Record<string, unknown>> & { readonly id?: string };

const MAX_LIMIT = 1_000;

export function kindOf(kind: string): Kind {
  const known = KINDS.find((one) => one === kind);
  if (known) return known;
  throw invalid(`kind: a mailbox keeps ${KINDS.join(', ')}, not "${kind}"`);
}

export function limitOf(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw invalid(`limit: must be a whole number from 1 to ${MAX_LIMIT}`);
}

/** The fields as plain JSON, cut off from the caller's objects. */
export function fieldsOf(fields: unknown): Fields {
  const plain = plainJson(fields);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) throw invalid('fields: must be an object');
  const { id } = plain as { id?: unknown };
  if (id !== undefined && (typeof id !== 'string' || id === '')) throw invalid('id: must be a text that is not empty');
  return plain as Fields;
}

function plainJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch (cause) {
    throw new EucoraError('INPUT_INVALID', { what: 'fields: must be plain JSON', cause });
  }
}

export const invalid = (what: string): EucoraError => new EucoraError('INPUT_INVALID', { what });
