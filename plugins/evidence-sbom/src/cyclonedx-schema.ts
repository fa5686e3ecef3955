import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export const CYCLONEDX_VERSIONS = ['1.4', '1.5', '1.6', '1.7'] as const;
export type CycloneDxVersion = (typeof CYCLONEDX_VERSIONS)[number];

const LIBRARY = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
const FOLDER = join(dirname(LIBRARY), 'res', 'schema');
const REFERENCED = ['spdx', 'cryptography-defs', 'jsf-0.82'] as const;

/**
 * The official schemas, from the CycloneDX library. Its own validator is not used, because `uniqueItems` compares all
 * components in pairs: 20,000 of them take 11 s in which the process does nothing else, and 200,000 fit in a document. So
 * uniqueness is left out here; a test holds all other verdicts against the library's.
 */
export function cycloneDxSchema(version: CycloneDxVersion): Promise<ValidateFunction> {
  const known = compiled.get(version) ?? compileSchema(version);
  compiled.set(version, known);
  return known;
}

const compiled = new Map<CycloneDxVersion, Promise<ValidateFunction>>();

async function compileSchema(version: CycloneDxVersion): Promise<ValidateFunction> {
  const [schema, ...referenced] = await Promise.all([`bom-${version}`, ...REFERENCED].map(readSchema));
  const schemas = Object.fromEntries(REFERENCED.map((name, index) => [addressOf(name), referenced[index]!]));
  return new Ajv({ strict: false, addUsedSchema: false, schemas, formats: FORMATS }).compile(schema!);
}

const readSchema = async (name: string): Promise<object> =>
  JSON.parse(await readFile(join(FOLDER, `${name}.SNAPSHOT.schema.json`), 'utf8'), withoutUniqueItems) as object;

const addressOf = (name: string) => `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;

const withoutUniqueItems = (key: string, value: unknown) => (key === 'uniqueItems' ? undefined : value);

const { get } = formats.default;

/** Addresses are only looked at: their exact grammars are slow, and nobody here writes to them. */
const FORMATS = {
  'date-time': get('date-time'),
  date: get('date'),
  uri: get('uri'),
  'iri-reference': true,
  'idn-email': /^[^\s@]+@[^\s@]+$/,
} as const;
