const NAMED = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;

/** Every SHA-256 in a text: `sha256:…`, a file that is named by its content. */
export const digestsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? (value.match(NAMED) ?? []).map((digest) => digest.toLowerCase()) : [];
