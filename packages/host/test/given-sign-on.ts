import * as openid from 'openid-client';
import type { HostConfig, OidcSettings } from '../src/config/host-config.js';
import { startHost } from '../src/start-host.js';
import { AUDIENCE, browse, startProvider, type ProviderOptions } from '../../../tools/test/identity-provider.js';
import { asking, givenConfig, givenFolder, givenStorage, type Leftovers } from './given.js';

/** A provider, and a host that believes it. */
export async function givenSignOn(
  left: Leftovers,
  options: ProviderOptions = {},
  oidc: Partial<OidcSettings> = {},
  more: Partial<HostConfig> = {},
) {
  const provider = await startProvider(options);
  left.keep(() => provider.close());
  return { provider, ...(await givenHostOf(left, provider.issuer, oidc, more)) };
}

export async function givenHostOf(
  left: Leftovers,
  issuer: string,
  oidc: Partial<OidcSettings> = {},
  more: Partial<HostConfig> = {},
  logTo?: { write(line: string): void },
) {
  const config = givenConfig(givenFolder(left), { oidc: { ...SETTINGS, issuer, ...oidc }, ...more });
  const host = await startHost({ config, storage: givenStorage(), ...(logTo && { logTo }) });
  left.keep(() => host.close());
  const anonymous = asking(host.url, '');
  const ask = (path: string, token: string | undefined, headers: Record<string, string> = {}, method = 'GET') =>
    anonymous(method, path, undefined, { authorization: token && `Bearer ${token}`, ...headers });
  return { host, config, ask, whoIs: (token: string) => ask('/api/whoami/', token) };
}

const SETTINGS: OidcSettings = {
  issuer: '',
  audience: AUDIENCE,
  scopes: ['openid', 'offline_access'],
  subjectClaim: 'sub',
  rolesClaim: 'roles',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  tokenTypes: ['at+jwt', 'jwt'],
  clockToleranceSeconds: 30,
};

export const client = (issuer: string) =>
  openid.discovery(new URL(issuer), 'eucora-cli', undefined, openid.None(), {
    execute: [openid.allowInsecureRequests],
  });

/** The whole way that a browser goes: sign-in, consent, the code, and the tokens for it. */
export async function signedIn(issuer: string, account: string) {
  const config = await client(issuer);
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    openid.randomPKCECodeVerifier(),
    openid.randomState(),
    openid.randomNonce(),
  ];
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: 'http://127.0.0.1:4711/callback',
    scope: 'openid offline_access',
    resource: AUDIENCE,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const back = await browse(address.href, account);
  return openid.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce });
}
