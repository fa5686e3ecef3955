import type { JsonSchema } from '../schema/schemas.js';

const DIGEST = '0'.repeat(64);

/** A value of the schema's shape, to begin from. Required fields and those that have an example of their own. */
export function exampleOf(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): unknown {
  if ('example' in schema) return schema['example'];
  if (typeof schema['$ref'] === 'string') return exampleOf(schemas[schema['$ref'].split('/').at(-1)!] ?? {}, schemas);
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  const [first] = (schema['oneOf'] ?? schema['anyOf'] ?? []) as JsonSchema[];
  if (first) return exampleOf(first, schemas);
  switch (schema['type']) {
    case 'object':
      return exampleObject(schema, schemas);
    case 'array':
      return [exampleOf((schema['items'] ?? {}) as JsonSchema, schemas)];
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 0;
    case 'boolean':
      return false;
    default:
      return schema['pattern'] === '^[0-9a-f]{64}$' ? DIGEST : 'text';
  }
}

function exampleObject(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): object {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  const shown = Object.entries(properties).filter(([name, field]) => required.includes(name) || 'example' in field);
  return Object.fromEntries(shown.map(([name, field]) => [name, exampleOf(field, schemas)]));
}
