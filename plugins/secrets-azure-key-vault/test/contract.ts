import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiValidator, type OpenApiDocument, type SimulatorRequest } from '@eucora/sdk/testing';

export const SHARED = fileURLToPath(new URL('../../../../shared/contracts/', import.meta.url));

/** What an exchange breaks of the contract, one sentence each. */
export type Check = (request: SimulatorRequest, status: number, answer: unknown) => Promise<readonly string[]>;

interface Operation {
  readonly responses?: Readonly<Record<string, { readonly content?: object }>>;
}

/** Holds requests and answers against the vendor's document; without it nothing is held, which is said aloud. */
export async function contract(name: string): Promise<Check> {
  const file = `${SHARED}${name}.openapi.json`;
  if (!existsSync(file)) {
    console.warn(`\n  ATTENTION: no contract ${file}; the exchanges are NOT checked against it\n`);
    return async () => [];
  }
  const document = JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument;
  const ofRequests = await openApiValidator(document);
  const ofAnswers = new Map<number, typeof ofRequests>();
  return async (sent, status, answer) => {
    const request = { ...sent, path: asInContract(sent.path) };
    if (!ofAnswers.has(status)) ofAnswers.set(status, await openApiValidator(answersAsRequests(document, status)));
    const requestBreaks = ofRequests(request);
    const answerBreaks = ofAnswers.get(status)!({ ...request, query: {}, body: answer });
    return [...requestBreaks, ...answerBreaks.filter((sentence) => !sentence.startsWith('the query option'))];
  };
}

/** The validator knows requests only: the answers of one status stand where the bodies of requests stood. */
function answersAsRequests(document: OpenApiDocument, status: number): OpenApiDocument {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item as Readonly<Record<string, Operation>>)
      .map(([method, { responses = {} }]) => [method, responses[status] ?? responses['default']] as const)
      .filter(([, response]) => response !== undefined)
      .map(([method, response]) => [method, { requestBody: { required: true, content: response!.content ?? {} } }]);
    return [path, Object.fromEntries(operations) as object];
  });
  return { ...document, paths: Object.fromEntries(paths) as Readonly<Record<string, unknown>> };
}

/** Without a version the library asks for one that is empty, which the document does not foresee. */
const asInContract = (path: string): string => path.replace(/\/$/, '/newest');
