import { openApiValidator, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';

export const contractNames: readonly string[] = ['awx'];

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface ListOperation {
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

/** Look-ups of Django that AWX passes through on any field of a list (its documentation, "Filtering"; no document lists them). */
const LOOKUP = /^(?:not__|or__|chain__)*([a-z_]+?)(?:__(?:exact|in|gte?|lte?|i?startswith|i?contains|isnull))?$/;
/** What reaches into another table of a row: `labels__name` on jobs, `groups__name` on hosts. */
const RELATED = /^(?:not__)?(labels|groups)__name(?:__in)?$/;

/** Holds requests against AWX's own document. Behind the gateway the same API has another prefix. */
export async function contractOf(documents: Readonly<Record<string, OpenApiDocument>>): Promise<OpenApiValidator> {
  const document = documents.awx!;
  const validate = await openApiValidator(document, { basePath: '' });
  const fieldsOf = fieldsByPath(document);
  return (request) => {
    const path = request.path.replace('/api/controller/v2/', '/api/v2/');
    const fields = request.method === 'GET' ? fieldsOf(path) : undefined;
    const query = Object.fromEntries(
      Object.entries(request.query).filter(
        ([name]) => !(fields && (fields.has(LOOKUP.exec(name)?.[1] ?? '') || RELATED.test(name))),
      ),
    );
    return validate({ ...request, path, query });
  };
}

/** The fields of what a path lists, or nothing where it is no list. */
function fieldsByPath(document: OpenApiDocument) {
  const known = Object.entries(document.paths).map(([template, item]) => ({
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    fields: fieldsOfList(document, (item as { get?: ListOperation }).get),
  }));
  return (path: string): ReadonlySet<string> | undefined => known.find(({ pattern }) => pattern.test(path))?.fields;
}

function fieldsOfList(document: OpenApiDocument, get: ListOperation | undefined): ReadonlySet<string> | undefined {
  const list = resolved(document, get?.responses?.['200']?.content?.['application/json']?.schema);
  const row = resolved(document, list?.properties?.results?.items);
  return row?.properties && new Set(Object.keys(row.properties));
}

function resolved(document: OpenApiDocument, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  const schemas = document.components?.schemas as Readonly<Record<string, Schema>> | undefined;
  return name === undefined ? schema : schemas?.[name];
}
