import type { OpenApiDocument } from './open-api-document.js';

type Schema = Readonly<Record<string, unknown>>;

/** Keywords of OpenAPI 3.0 that mean the same in JSON Schema and hold no schemas. The others are translated or dropped. */
const SAME = [
  'type',
  'enum',
  'required',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];

/**
 * The schemas of an OpenAPI 3.0 document as JSON Schema (2019-09), under the id `contract`.
 *
 * - `nullable` becomes the type `null`; an empty nullable object beside others, as OData writes a union with null, too
 * - where a schema has a `discriminator`, a value is held against the schema that its discriminator names
 * - `oneOf` becomes `anyOf`, because vendors' branches overlap
 * - what only an answer carries (`readOnly`) is not required of a request
 *
 * @param closed properties that no schema names are violations; OData annotations (`name@odata.bind`) are not
 */
export function asJsonSchemas(document: OpenApiDocument, closed: boolean) {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;

  const whole = (schema: Schema): Schema => {
    if (typeof schema.$ref === 'string') return { $ref: pointer(nameOf(schema.$ref), 'whole') };
    return closed && isObject(schema) ? shut(open(schema)) : open(schema);
  };

  /** Takes further properties: a part of an `allOf`, or a base type. */
  const open = (schema: Schema): Schema => {
    if (typeof schema.$ref === 'string') return { $ref: pointer(nameOf(schema.$ref), 'open') };
    const out: Record<string, unknown> = {};
    for (const keyword of SAME) if (schema[keyword] !== undefined) out[keyword] = schema[keyword];
    if (schema.properties) out.properties = mapped(schema.properties as Record<string, Schema>, whole);
    if (schema.items) out.items = whole(schema.items as Schema);
    if (typeof schema.additionalProperties === 'object')
      out.additionalProperties = whole(schema.additionalProperties as Schema);
    else if (schema.additionalProperties !== undefined) out.additionalProperties = schema.additionalProperties;
    if (schema.not) out.not = open(schema.not as Schema);
    if (schema.allOf) out.allOf = (schema.allOf as Schema[]).map(open);
    const union = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
    if (union) out.anyOf = union.map((one) => (isODataNull(one) ? { type: 'null' } : whole(one)));
    if (schema.required) out.required = writable(schema);
    limits(schema, out);
    return schema.nullable === true ? orNull(out) : out;
  };

  /** A named schema where a value of it or of a type derived from it may stand. */
  const derived = (schema: Schema, name: string): Schema => {
    const { propertyName, mapping } = discriminatorOf(schema);
    if (!propertyName)
      return closed && isObject(schema) ? shut({ $ref: pointer(name, 'open') }) : { $ref: pointer(name, 'open') };
    const branches = Object.entries(mapping ?? {}).map(([value, ref]) => ({
      if: { properties: { [propertyName]: { enum: spellings(value) } }, required: [propertyName] },
      then: { $ref: pointer(nameOf(ref), 'open') },
    }));
    const any = { allOf: [{ $ref: pointer(name, 'open') }, ...branches] };
    return closed ? shut(any) : any;
  };

  const isObject = (schema: Schema): boolean =>
    schema.properties !== undefined || ((schema.allOf ?? []) as Schema[]).some((part) => isObject(followed(part)));
  const followed = (schema: Schema): Schema =>
    typeof schema.$ref === 'string' ? (schemas[nameOf(schema.$ref)] ?? {}) : schema;

  return {
    all: {
      $id: 'contract',
      $defs: { open: mapped(schemas, open), whole: mapped(schemas, derived) },
    },
    /** A schema that stands in the document, e.g. of a request body. */
    of: whole,
  };
}

const pointer = (name: string, form: 'open' | 'whole') =>
  `contract#/$defs/${form}/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;

const nameOf = (ref: string) =>
  decodeURIComponent(ref.replace(/^#\/components\/schemas\//, ''))
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');

const mapped = (schemas: Readonly<Record<string, Schema>>, translate: (schema: Schema, name: string) => Schema) =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, translate(schema, name)]));

interface Discriminator {
  readonly propertyName?: string;
  readonly mapping?: Readonly<Record<string, string>>;
}

/** Beside the schema, or inside its own part of an `allOf`. */
const discriminatorOf = (schema: Schema): Discriminator =>
  ([schema, ...((schema.allOf ?? []) as Schema[])].find((part) => part.discriminator)
    ?.discriminator as Discriminator) ?? {};

/** OData services take a type's name with and without its `#`. */
const spellings = (value: string) => (value.startsWith('#') ? [value, value.slice(1)] : [value]);

const shut = (schema: Schema): Schema => ({
  allOf: [schema],
  patternProperties: { '@odata\\.': true },
  unevaluatedProperties: false,
});

const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

const isODataNull = (schema: Schema) =>
  schema.nullable === true && schema.type === 'object' && Object.keys(schema).length === 2;

const writable = ({ required, properties }: Schema) =>
  (required as string[]).filter(
    (name) => (properties as Record<string, Schema> | undefined)?.[name]?.readOnly !== true,
  );

/** In OpenAPI 3.0 the exclusive limits are flags beside the limit. */
function limits(schema: Schema, out: Record<string, unknown>): void {
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (schema[flag] !== true) continue;
    out[flag] = out[limit];
    delete out[limit];
  }
}
