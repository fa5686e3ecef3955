/** A text as OData writes it: a quote inside is said twice. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** `A eq 1 or A eq 2`, in parentheses where it is more than one. */
export const oneOf = (field: string, values: readonly (string | number)[]): string => {
  const each = values.map((value) => `${field} eq ${typeof value === 'number' ? value : text(value)}`);
  return each.length === 1 ? each[0]! : `(${each.join(' or ')})`;
};

/** All of them; what is undefined asks for nothing. */
export const all = (...conditions: readonly (string | undefined)[]): string =>
  conditions.filter((one): one is string => one !== undefined).join(' and ');

/** A key in an address. Ours never hold a slash, and a stranger's would not find its way out of the segment. */
export const keyOf = (value: string): string => `('${encodeURIComponent(value.replaceAll("'", "''"))}')`;

/** At most so many in a list, list by list. */
export function inGroups<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let at = 0; at < values.length; at += size) groups.push(values.slice(at, at + size));
  return groups;
}
