import fc from 'fast-check';

type Fields = Record<string, unknown>;

/** The document with one value, anywhere in it, replaced by another or left out. */
export const mutated = (document: object): fc.Arbitrary<Fields> => {
  const paths = pathsIn(document);
  const values = fc.option(fc.oneof(fc.jsonValue(), fc.constantFrom('', 0, null, [], {}, [null])), { nil: undefined });
  return fc.tuple(fc.constantFrom(...paths), values).map(([path, value]) => {
    const copy = structuredClone(document) as Fields;
    const parent = path.slice(0, -1).reduce<Fields>((at, name) => at[name] as Fields, copy);
    parent[path.at(-1)!] = value;
    return JSON.parse(JSON.stringify(copy)) as Fields;
  });
};

const pathsIn = (value: unknown): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) => [[name], ...pathsIn(one).map((path) => [name, ...path])])
    : [];
