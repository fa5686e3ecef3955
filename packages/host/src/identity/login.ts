import type { HostConfig } from '../config/host-config.js';
import type { LoginAnswer } from '../wire/identity.js';

/** What a client needs to know to get a token. No secret is among it. */
export function loginOf({ oidc }: Pick<HostConfig, 'oidc'>): LoginAnswer {
  if (!oidc) return { kind: 'local_token' };
  const { issuer, audience, clientId, scopes, resource } = oidc;
  return {
    kind: 'oidc',
    issuer,
    audience,
    scopes: [...scopes],
    ...(clientId !== undefined && { client_id: clientId }),
    ...(resource !== undefined && { resource }),
  };
}
