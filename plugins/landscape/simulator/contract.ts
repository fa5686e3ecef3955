import {
  openApiValidator,
  type OpenApiDocument,
  type OpenApiValidator,
  type SimulatorRequest,
} from '@eucora/sdk/testing';
import { fieldsOf } from './legacy-route.js';

/** The documents of `contracts/` that requests are held against. */
export const contractNames: readonly string[] = ['landscape'];

interface ActionSchema {
  readonly properties: Readonly<Record<string, { readonly type: string; readonly enum?: readonly string[] }>>;
  readonly required?: readonly string[];
}

/** REST v2 and the package archive by the document as it is; the legacy API by the schema of the action that is called. */
export async function contractOf(documents: Readonly<Record<string, OpenApiDocument>>): Promise<OpenApiValidator> {
  const document = documents.landscape!;
  const validate = await openApiValidator(document);
  const schemas = (document.components?.schemas ?? {}) as unknown as Readonly<Record<string, ActionSchema>>;
  return (request) =>
    request.path === '/api/' ? legacyViolations(schemas, request) : validate(withPlainNames(request));
}

/** `names.1`, `names.2` are the query option `names`. */
const withPlainNames = (request: SimulatorRequest): SimulatorRequest => ({
  ...request,
  query: Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name.replace(/\.\d+$/, ''), value])),
});

function legacyViolations(
  schemas: Readonly<Record<string, ActionSchema>>,
  request: SimulatorRequest,
): readonly string[] {
  const fields = [...fieldsOf(request)];
  const action = fields.find(([name]) => name === 'action')?.[1] ?? '';
  const schema = schemas[`Legacy_${action}`];
  if (!schema) return [`the contract has no action "${action}"`];
  const known: ActionSchema['properties'] = { ...schema.properties, ...schemas.LegacyHmac?.properties };
  const given = new Set(fields.map(([name]) => name.replace(/\.\d+$/, '')));
  return [
    ...(schema.required ?? []).filter((name) => !given.has(name)).map((name) => `${action}: ${name} is required`),
    ...fields.flatMap(([name, value]) => {
      const property = known[name.replace(/\.\d+$/, '')];
      if (!property) return [`${action}: the contract has no ${name}`];
      if ((property.type === 'array') !== /\.\d+$/.test(name))
        return [`${action}: ${name} is written as ${property.type} should not be`];
      if (property.enum && !property.enum.includes(value)) return [`${action}: ${name} may not be "${value}"`];
      if (property.type === 'boolean' && !/^(true|false)$/.test(value)) return [`${action}: ${name} is no boolean`];
      if (property.type === 'integer' && !/^-?\d+$/.test(value)) return [`${action}: ${name} is no integer`];
      return [];
    }),
  ];
}
