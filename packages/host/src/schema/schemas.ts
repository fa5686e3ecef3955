import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { WireClass } from '../wire/fields.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A class with decorated fields as JSON Schema. References point into `#/components/schemas/`. */
export const schemaOf = (of: WireClass): JsonSchema =>
  targetConstructorToSchema(of, {
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/components/schemas/',
  }) as JsonSchema;

/** Names of the schemas that a schema refers to, itself aside. */
export const referredTo = (schema: JsonSchema): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);

/**
 * The schemas of the classes, by name. What is `closed`, with all that it refers to, takes no field that it does not name:
 * a typing mistake in a request must not pass for "left out". Answers stay open, so that they can grow.
 */
export function schemasOf(classes: readonly WireClass[], closed: readonly WireClass[]): Record<string, JsonSchema> {
  const schemas = Object.fromEntries(classes.map((of) => [of.name, schemaOf(of)]));
  const toClose = closed.map(({ name }) => name);
  for (const name of toClose) {
    const schema = schemas[name];
    if (!schema || 'additionalProperties' in schema) continue;
    schemas[name] = { ...schema, additionalProperties: false };
    toClose.push(...referredTo(schema));
  }
  return schemas;
}
