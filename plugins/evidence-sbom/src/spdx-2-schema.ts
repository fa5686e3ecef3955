import type { ValidateFunction } from 'ajv';
import { compile } from './schema.js';

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const listOf = (properties: object, required: readonly string[]) => ({
  type: 'array',
  items: { type: 'object', properties, required },
});

const CHECKSUMS = listOf({ algorithm: TEXT, checksumValue: TEXT }, ['algorithm', 'checksumValue']);
const REFERENCES = ['referenceCategory', 'referenceLocator', 'referenceType'];
const RELATIONSHIP = ['relatedSpdxElement', 'relationshipType', 'spdxElementId'];
const textFields = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, TEXT]));

const PACKAGES = listOf(
  {
    ...textFields(['SPDXID', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'name', 'versionInfo']),
    checksums: CHECKSUMS,
    externalRefs: listOf(textFields(REFERENCES), REFERENCES),
  },
  ['SPDXID', 'downloadLocation', 'name'],
);

const FILES = { ...textFields(['SPDXID', 'fileName']), checksums: CHECKSUMS };

/** Of the specification: what every document must have, and the shape of what is read. */
const schema = (requiredOfFiles: readonly string[]) => ({
  type: 'object',
  required: ['SPDXID', 'creationInfo', 'dataLicense', 'documentNamespace', 'name', 'spdxVersion'],
  properties: {
    ...textFields(['SPDXID', 'dataLicense', 'documentNamespace', 'name', 'spdxVersion']),
    creationInfo: {
      type: 'object',
      required: ['created', 'creators'],
      properties: { created: TEXT, creators: { ...TEXTS, minItems: 1 } },
    },
    documentDescribes: TEXTS,
    packages: PACKAGES,
    files: listOf(FILES, requiredOfFiles),
    relationships: listOf(textFields(RELATIONSHIP), RELATIONSHIP),
  },
});

const once = (make: () => ValidateFunction) => {
  let made: ValidateFunction | undefined;
  return () => (made ??= make());
};

/** Until 2.2 tools left out the checksums of files; since 2.3 the schema insists. */
export const spdxSchemas = {
  '2.2': once(() => compile(schema(['SPDXID', 'fileName']))),
  '2.3': once(() => compile(schema(['SPDXID', 'fileName', 'checksums']))),
};
