import { CATALOGUE, type ErrorCode } from '@eucora/sdk';
import { WIRE_CLASSES } from '../http/serve.js';
import { permissionsOf } from '../identity/authorization.js';
import type { Route } from '../http/route.js';
import { referredTo, schemaOf, schemasOf, type JsonSchema } from '../schema/schemas.js';

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly JsonSchema[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly security: readonly JsonSchema[];
  /** Any of them. */
  readonly 'x-permission'?: readonly string[];
}

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: JsonSchema;
  readonly servers: readonly JsonSchema[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'securitySchemes', Readonly<Record<string, JsonSchema>>>>;
}

/** The routes as an OpenAPI 3.1 document. */
export function openApi(routes: readonly Route[], version: string): OpenApi {
  const inputs = routes.flatMap(({ body, query }) => [body, query]).filter((each) => each !== undefined);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'EUCORA Hub',
      version,
      description: 'Endpoint software, ring by ring. Paths answer with and without the slash at their end.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: used(schemasOf(WIRE_CLASSES, inputs), JSON.stringify(paths)),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`GET /api/auth/` says how to get one.' },
      },
    },
  };
}

function operationOf(route: Route): Operation {
  const { status, of, what } = route.answers;
  const content = of ? json(of.name) : route.streams?.answer ? bytes(route.streams.answer) : { 'application/json': {} };
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    parameters: [...pathParameters(route), ...queryParameters(route), ...(route.keyed ? [KEY] : [])],
    ...(route.body && {
      requestBody: {
        required: hasRequired(route.body),
        content: { ...json(route.body.name), ...yaml(route.body.name) },
      },
    }),
    ...(route.streams?.request && { requestBody: { required: true, content: bytes(route.streams.request) } }),
    responses: { [status]: { description: what, headers: HEADERS, content }, ...problemsOf(route) },
    security: route.permission === 'anybody' ? [] : [{ token: [] }],
    ...(permissionsOf(route.permission).length > 0 && { 'x-permission': permissionsOf(route.permission) }),
  };
}

const KEY: JsonSchema = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The same as `correlation_id` in the body. A repeat answers 409 with the first outcome.',
  schema: { type: 'string' },
};

const HEADERS = { 'X-Correlation-ID': { schema: { type: 'string' } } };

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): JsonSchema => ({ 'application/json': { schema: ref(name) } });
const yaml = (name: string): JsonSchema => ({ 'application/yaml': { schema: ref(name) } });
const bytes = (type: string): JsonSchema => ({ [type]: { schema: { type: 'string' } } });

const hasRequired = (of: NonNullable<Route['body']>): boolean => 'required' in schemaOf(of);

/** `POST /api/deployments/intents/{id}/publish/` is `postDeploymentsIntentsIdPublish`. */
const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path
    .replace(/^\/api/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');

const pathParameters = ({ path }: Route): JsonSchema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: Route): JsonSchema[] {
  if (!query) return [];
  const properties = schemaOf(query)['properties'] as Record<string, JsonSchema>;
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
}

/** By status, with the codes that may stand behind it. */
function problemsOf(route: Route): Record<string, JsonSchema> {
  const always = ['INTERNAL', 'STORAGE_UNAVAILABLE', 'SHUTTING_DOWN', 'RATE_LIMITED'];
  const codes = new Set<string>([...always, ...(route.problems ?? [])]);
  if (route.permission !== 'anybody') codes.add('UNAUTHENTICATED').add('IDENTITY_UNAVAILABLE').add('FORBIDDEN');
  if (route.body ?? route.query) codes.add('INPUT_INVALID');
  if (route.body) codes.add('BODY_MALFORMED').add('BODY_TOO_LARGE');
  const byStatus: Record<string, string[]> = {};
  for (const code of [...codes].sort()) (byStatus[CATALOGUE[code as ErrorCode].statusCode] ??= []).push(code);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, of]) => [
      status,
      { description: of.join(', '), content: { 'application/problem+json': { schema: ref('Problem') } } },
    ]),
  );
}

/** The schemas that the text refers to, and those that they refer to. */
function used(schemas: Readonly<Record<string, JsonSchema>>, text: string): Record<string, JsonSchema> {
  const names = referredTo({ text: JSON.parse(text) as unknown });
  const found = new Set(names);
  for (const name of found) for (const next of referredTo(schemas[name] ?? {})) found.add(next);
  return Object.fromEntries([...found].sort().map((name) => [name, schemas[name]!]));
}
