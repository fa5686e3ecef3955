import { openApiValidator, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';

/** Microsoft's own documents, where they are at hand: Intune's part of Graph and Entra ID's. */
export interface GraphContract {
  readonly intune: OpenApiDocument;
  readonly entra: OpenApiDocument;
}

/** Holds every request against the document that its path belongs to. Both spellings of a type's name are good. */
export async function contractOf({ intune, entra }: GraphContract): Promise<OpenApiValidator> {
  const forIntune = await openApiValidator(withDiscriminators(intune));
  const forEntra = await openApiValidator(withDiscriminators(entra));
  return (request) => {
    const spelled = { ...request, path: request.path.replaceAll('/microsoft.graph.', '/graph.') };
    return spelled.path.startsWith('/v1.0/device') ? forIntune(spelled) : forEntra(spelled);
  };
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
