import type { Ajv2019, ErrorObject, ValidateFunction } from 'ajv/dist/2019.js';
import { EucoraError } from '../../errors.js';
import type { SimulatorRequest } from './exchange.js';
import type { OpenApiDocument } from './open-api-document.js';
import { asJsonSchemas } from './open-api-schema.js';
import { pathMatcher } from './routes.js';

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

interface OpenApiOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly $ref?: string;
    readonly required?: boolean;
    readonly content?: Readonly<Record<string, { readonly schema?: Readonly<Record<string, unknown>> }>>;
  };
}

export interface OpenApiOptions {
  /**
   * What the simulator's paths begin with where the document's do not. Default: the path of the document's first server
   * (`https://graph.microsoft.com/v1.0` gives `/v1.0`).
   */
  readonly basePath?: string;
  /** Query options that the document does not list are violations. Default true. */
  readonly strictQuery?: boolean;
  /** Properties of a body that the document does not list are violations. Default true. */
  readonly strictBody?: boolean;
}

/** What a request breaks of the contract, one sentence each. */
export type OpenApiValidator = (request: SimulatorRequest) => readonly string[];

/**
 * Holds requests against a vendor's contract: the path and the method exist, required query options are there, and a JSON
 * body fits its schema. Formats are not checked.
 *
 * Needs the package `ajv`, which is not installed with the SDK.
 *
 * @throws EucoraError `CONFIG_INVALID` when `ajv` is absent or the document is not OpenAPI 3.0
 */
export async function openApiValidator(
  document: OpenApiDocument,
  options: OpenApiOptions = {},
): Promise<OpenApiValidator> {
  if (!/^3\.0\./.test(document.openapi)) {
    throw new EucoraError('CONFIG_INVALID', { what: `an OpenAPI 3.0 document is needed, not ${document.openapi}` });
  }
  const ajv = await newAjv();
  const basePath = options.basePath ?? basePathOf(document);
  const paths = Object.entries(document.paths)
    .sort(([a], [b]) => placeholders(a) - placeholders(b))
    .map(([template, item]) => ({
      template,
      match: pathMatcher(template),
      item: item as Record<string, OpenApiOperation>,
    }));
  const schemas = asJsonSchemas(document, options.strictBody ?? true);
  ajv.addSchema(schemas.all);
  const compiled = new Map<OpenApiOperation, ValidateFunction>();

  const bodyViolations = (operation: OpenApiOperation, request: SimulatorRequest): readonly string[] => {
    const wanted = resolve(document, operation.requestBody ?? {});
    const content = Object.entries(wanted.content ?? {}).find(([type]) => /\bjson\b/.test(type))?.[1];
    if (request.body === undefined) return wanted.required ? ['a body is required'] : [];
    if (!content?.schema || Buffer.isBuffer(request.body)) return [];
    let validate = compiled.get(operation);
    if (!validate) compiled.set(operation, (validate = ajv.compile(schemas.of(content.schema))));
    if (validate(request.body)) return [];
    return sentences(validate.errors ?? []);
  };

  return (request) => {
    if (!request.path.startsWith(basePath)) return [`the contract has no path ${request.path}`];
    const path = request.path.slice(basePath.length) || '/';
    const known = paths.filter(({ match }) => match(path) ?? match(keysAsSegments(path)));
    if (known.length === 0) return [`the contract has no path ${request.path}`];
    const found = known.find(({ item }) => item[request.method.toLowerCase()]);
    if (!found) return [`the contract has no ${request.method} for ${known[0]!.template}`];
    const operation = found.item[request.method.toLowerCase()]!;
    const shared = (found.item.parameters ?? []) as readonly Parameter[];
    const parameters = [...shared, ...(operation.parameters ?? [])].map((one) => resolve(document, one));
    return [
      ...queryViolations(parameters, request, options.strictQuery ?? true),
      ...bodyViolations(operation, request),
    ];
  };
}

function queryViolations(
  parameters: readonly Parameter[],
  { query }: SimulatorRequest,
  strict: boolean,
): readonly string[] {
  const inQuery = parameters.filter((one) => one.in === 'query');
  const missing = inQuery.filter(({ name, required }) => required && !(name in query));
  const unknown = strict ? Object.keys(query).filter((name) => !inQuery.some((one) => one.name === name)) : [];
  return [
    ...missing.map(({ name }) => `the query option ${name} is required`),
    ...unknown.map((name) => `the contract has no query option ${name} here`),
  ];
}

function resolve<Value extends { readonly $ref?: string }>(document: OpenApiDocument, value: Value): Value {
  if (value.$ref === undefined) return value;
  const found = value.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
  if (found === undefined) throw new EucoraError('CONFIG_INVALID', { what: `the document has no ${value.$ref}` });
  return found as Value;
}

/** OData writes a key as `jobs('7')` or as `jobs/7`; both mean the same. */
const keysAsSegments = (path: string) =>
  path
    .replaceAll('%27', "'")
    .replace(/\('([^']*)'\)|\((\d+)\)/g, (_, text?: string, number?: string) => `/${text ?? number}`);

/** Literal paths go before those with parameters. */
const placeholders = (template: string) => template.split('{').length;

function basePathOf({ servers }: OpenApiDocument): string {
  const url = servers?.[0]?.url ?? '';
  return /^https?:\/\/[^/]+(\/.*?)\/?$/.exec(url)?.[1] ?? '';
}

/** One sentence for each error; without those that only follow from another one at the same place. */
function sentences(errors: readonly ErrorObject[]): readonly string[] {
  const unmet = new Set(errors.filter(({ keyword }) => keyword === 'if').map(({ instancePath }) => instancePath));
  const told = errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'if' && !(keyword === 'unevaluatedProperties' && unmet.has(instancePath)),
  );
  return [
    ...new Set(told.map(({ instancePath, message, params }) => `body${instancePath} ${message}${valuesOf(params)}`)),
  ];
}

const valuesOf = (params: Record<string, unknown>) => {
  const values = [params.allowedValues ?? params.allowedValue ?? params.unevaluatedProperty].flat();
  const texts = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
};

async function newAjv(): Promise<Ajv2019> {
  const ajv = await import('ajv/dist/2019.js').catch((cause: unknown) => {
    throw new EucoraError('CONFIG_INVALID', {
      what: 'checking requests against an OpenAPI document needs the package ajv',
      remedy: 'Install it: npm install --save-dev ajv@8',
      cause,
    });
  });
  return new ajv.Ajv2019({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
}
