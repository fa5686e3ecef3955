import { openApiValidator, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';
import { childrenOf, elementIn, wordsOf } from './xml.js';

/** Names of the documents: Jamf's Pro API and its Classic API. */
export const contractNames: readonly string[] = ['jamf-pro', 'jamf-classic'];

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Holds every request against the document of its API. XML bodies are read into what the document describes them as. */
export async function contractOf(documents: Readonly<Record<string, OpenApiDocument>>): Promise<OpenApiValidator> {
  const pro = await openApiValidator(documents['jamf-pro']!, { basePath: '/api' });
  const classic = documents['jamf-classic']!;
  const forClassic = await openApiValidator(withJsonBodies(classic), { basePath: '/JSSResource' });
  return (request) => {
    if (!request.path.startsWith('/JSSResource')) return pro(request);
    if (request.body === undefined) return forClassic(request);
    const root = /^\/JSSResource\/(\w+?)(?:ies|s)\//.exec(request.path);
    const name = root ? (request.path.includes('ies/') ? `${root[1]}y` : root[1]!) : '';
    const sent = elementIn(request.body, name);
    if (!sent) return [`the body is not XML with the root <${name}>`];
    const schema = (classic.components?.schemas as Readonly<Record<string, Schema>>)[name];
    return forClassic({ ...request, body: schema ? asDescribed(classic, schema, sent) : sent });
  };
}

/** The Classic document knows bodies as XML; what is checked has become JSON. */
function withJsonBodies(document: OpenApiDocument): OpenApiDocument {
  return JSON.parse(
    JSON.stringify(document).replaceAll('"application/xml":', '"application/json":'),
  ) as OpenApiDocument;
}

/** Texts become what the schema says; a list `<packages><package/></packages>` is described as `[{ package: {} }]`. */
function asDescribed(document: OpenApiDocument, schema: Schema, node: unknown): unknown {
  const known = followed(document, schema);
  if (known.type === 'array') {
    return Object.entries(childrenOf(node)).flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((one) =>
        asDescribed(document, known.items ?? {}, { [name]: one }),
      ),
    );
  }
  if (known.properties) {
    return Object.fromEntries(
      Object.entries(childrenOf(node)).map(([name, value]) => [
        name,
        asDescribed(document, known.properties?.[name] ?? {}, value),
      ]),
    );
  }
  const text = wordsOf(node);
  if (known.type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (known.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return typeof node === 'object' ? node : text;
}

function followed(document: OpenApiDocument, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split('/').at(-1)!;
  return (document.components?.schemas as Readonly<Record<string, Schema>>)[name] ?? {};
}
