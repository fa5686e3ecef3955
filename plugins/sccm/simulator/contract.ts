import { openApiValidator, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';
import { AUTHORING_CONTRACT } from './authoring-contract.js';
import { AUTHORING } from './authoring-routes.js';

const ADMIN_SERVICE = 'sccm-adminservice';

/** Documents that this simulator's requests are held against, by the names of their files. */
export const contractNames: readonly string[] = [ADMIN_SERVICE];

/** Requests to the authoring facade are held against our own contract, all others against that of the administration service. */
export async function contractOf(documents: Readonly<Record<string, OpenApiDocument>>): Promise<OpenApiValidator> {
  const document = documents[ADMIN_SERVICE];
  const forAuthoring = await openApiValidator(AUTHORING_CONTRACT);
  const forAdminService = document && (await openApiValidator(document));
  return (request) => (request.path.startsWith(AUTHORING) ? forAuthoring(request) : (forAdminService?.(request) ?? []));
}
