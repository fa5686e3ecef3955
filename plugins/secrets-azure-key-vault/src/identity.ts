import {
  ClientAssertionCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import type { SecretProvider } from '@eucora/sdk';
import type { ClientSecretConfig, SignInConfig } from './config.js';

/** What sends the requests of Microsoft's library. */
export type HttpClient = NonNullable<SecretClientOptions['httpClient']>;

export interface IdentityParts {
  /** Where our own credentials are. */
  readonly secrets: SecretProvider;
  /** Default: that of the library. */
  readonly httpClient?: HttpClient;
}

/** The hub's own identity at Entra ID. Tokens are kept and renewed by Microsoft's library. */
export function identityOf(config: SignInConfig, { secrets, httpClient }: IdentityParts): TokenCredential {
  const options = {
    authorityHost: config.loginUrl,
    retryOptions: { maxRetries: 0 },
    ...(httpClient && { httpClient }),
  };
  if (config.auth === 'managed_identity')
    return new ManagedIdentityCredential({ ...options, ...(config.clientId && { clientId: config.clientId }) });
  if (config.auth === 'client_secret') return withClientSecret(config, secrets, options);
  const { tenantId, clientId, token } = config;
  return new ClientAssertionCredential(tenantId, clientId, () => secrets.resolve(token), options);
}

/** The library takes the secret once and for all; ours may be rotated. */
function withClientSecret(
  { tenantId, clientId, clientSecret }: ClientSecretConfig,
  secrets: SecretProvider,
  options: object,
): TokenCredential {
  let current: { readonly secret: string; readonly credential: TokenCredential } | undefined;
  return {
    async getToken(scopes, given) {
      const secret = await secrets.resolve(clientSecret);
      if (current?.secret !== secret)
        current = { secret, credential: new ClientSecretCredential(tenantId, clientId, secret, options) };
      return current.credential.getToken(scopes, given);
    },
  };
}
