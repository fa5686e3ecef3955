/** An object of which nothing is known yet. */
export type UntrustedFields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is UntrustedFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Characters of a text that are kept. */
const LONGEST_TEXT = 1_000;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const DIGEST = /^[0-9a-f]{64}$/i;

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const kept = value.slice(0, LONGEST_TEXT).replace(UNPRINTABLE, ' ').trim();
  return kept === '' ? undefined : kept;
}

function time(value: unknown): string | undefined {
  const said = text(value);
  if (!said || !ISO_TIME.test(said) || said.startsWith('0001-')) return undefined;
  const at = new Date(said);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Reads a stranger's plain JSON: what has not the shape that is asked for is not there. */
export const untrusted = {
  /** The object, or an empty one. */
  fields: (value: unknown): UntrustedFields => (isFields(value) ? value : {}),
  /** The objects of a list; of anything else none. */
  list: (value: unknown): readonly UntrustedFields[] => (Array.isArray(value) ? value.filter(isFields) : []),
  /** As it may stand in facts and sentences: one line, at most 1,000 characters, nothing that a database refuses. Not the empty text. */
  text,
  /** The texts of a list; of anything else none. */
  texts: (value: unknown): readonly string[] => (Array.isArray(value) ? value : []).flatMap((one) => text(one) ?? []),
  /** ISO 8601 in UTC; the zone must be said. The year 1 is how Go writes that it does not know. */
  time,
  /** A SHA-256 in lower case. */
  sha256: (value: unknown): string | undefined =>
    typeof value === 'string' && DIGEST.test(value) ? value.toLowerCase() : undefined,
} as const;
