/** A field of something parsed, or nothing where the path does not lead to one. Own fields only. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
    value,
  );
}

/** The text at a path; nothing where there is none, or where it is empty. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** ISO 8601 in UTC. Nothing where the text is no time, or does not say in which zone: no machine's own zone may decide. */
export function timeAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const text = textAt(value, ...path) ?? '';
  const time = new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A stranger's text in one of our sentences: on one line, and not endless. */
export const quoted = (text: string): string => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
