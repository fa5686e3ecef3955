import {
  openApiValidator,
  type OpenApiDocument,
  type OpenApiValidator,
  type SimulatorRequest,
} from '@eucora/sdk/testing';
import { BATCH_PATH, itemRequests } from './batch-route.js';

/** Microsoft's own documents: Intune's part of Graph and Entra ID's. Their files are `<name>.openapi.json`. */
export const contractNames = ['intune-graph', 'entra-graph'] as const;

/** Entra's token endpoint, and the storage behind signed addresses: no part of Graph. */
const BESIDE_GRAPH = /\/oauth2\/v2\.0\/token$|^\/(uploads|reports)\//;

/**
 * Holds every request against the document that its path belongs to, and those in a batch one by one. Both spellings of a type's name
 * are good.
 *
 * @param documents by {@link contractNames}
 */
export async function contractOf(documents: Readonly<Record<string, OpenApiDocument>>): Promise<OpenApiValidator> {
  const [forIntune, forEntra] = (await Promise.all(
    contractNames.map((name) => {
      const document = documents[name];
      if (!document) throw new Error(`the contract ${name} is missing`);
      return openApiValidator(withDiscriminators(document));
    }),
  )) as [OpenApiValidator, OpenApiValidator];
  const validate = (request: SimulatorRequest): readonly string[] => {
    if (BESIDE_GRAPH.test(request.path)) return [];
    if (request.path === BATCH_PATH) return itemRequests(request).flatMap(validate);
    const spelled = { ...request, path: request.path.replaceAll('/microsoft.graph.', '/graph.') };
    return spelled.path.startsWith('/v1.0/device') ? forIntune(spelled) : forEntra(spelled);
  };
  return validate;
}

interface Schema {
  readonly allOf?: readonly Schema[];
  readonly discriminator?: object;
}

/** Microsoft writes the discriminator of a derived type into the last part of its `allOf`; it speaks for the whole. */
function withDiscriminators(document: OpenApiDocument): OpenApiDocument {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;
  const lifted = Object.entries(schemas).map(([name, schema]) => {
    const discriminator = schema.discriminator ?? schema.allOf?.find((part) => part.discriminator)?.discriminator;
    return [name, discriminator ? { ...schema, discriminator } : schema];
  });
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(lifted) as object } };
}
