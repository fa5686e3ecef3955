import { EucoraError, isEucoraError, reasonOf } from '@eucora/sdk';
import * as openid from 'openid-client';
import { createClient, path } from '../client.js';
import { isLoopback } from './in-clear.js';
import type { Login } from './logins.js';
import { loopbackPage } from './loopback-page.js';

/** As `GET /api/auth/` says it. */
export interface Way {
  readonly kind: 'oidc' | 'local_token';
  readonly issuer?: string;
  readonly client_id?: string;
  readonly scopes?: readonly string[];
  readonly audience?: string;
  readonly resource?: string;
}

/** A program that signs in as itself. */
export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/** Asks the host, whom nobody has to be known to. */
export const wayInto = (url: URL): Promise<Way> =>
  createClient(url, async () => undefined).request<Way>({ path: path`/api/auth/` });

/**
 * A person signs in with a browser, on this machine: authorization code with PKCE, and a page of ours on loopback to come
 * back to (RFC 8252).
 *
 * @param show gets the address to open
 */
export async function signInPerson(
  way: Way,
  { show, signal }: { show: (address: string) => void; signal: AbortSignal },
): Promise<Login> {
  const id = way.client_id;
  if (id === undefined) throw noClient();
  return speaking(way, async (issuer) => {
    const config = await discover(issuer, id, openid.None());
    const [verifier, state, nonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
    const back = await loopbackPage(state, signal);
    try {
      const scopes = way.scopes ?? ['openid'];
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri: back.address,
        scope: scopes.join(' '),
        ...resourceOf(way),
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      show(address.href);
      const tokens = await openid.authorizationCodeGrant(config, await back.visited, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        ...(scopes.includes('openid') && { expectedNonce: nonce, idTokenExpected: true }),
      });
      return loginOf(tokens, { issuer, client_id: id, ...resourceOf(way) });
    } finally {
      back.close();
    }
  });
}

/** Scopes that are about a person. */
const OF_PEOPLE = new Set(['openid', 'offline_access', 'profile', 'email']);

export const signInProgram = (way: Way, { id, secret }: ClientCredentials): Promise<Login> =>
  speaking(way, async (issuer) => {
    const config = await discover(issuer, id, openid.ClientSecretBasic(secret));
    const scope = (way.scopes ?? []).filter((each) => !OF_PEOPLE.has(each)).join(' ');
    const tokens = await openid.clientCredentialsGrant(config, { ...(scope && { scope }), ...resourceOf(way) });
    return loginOf(tokens, { issuer, client_id: id, ...resourceOf(way) });
  });

/** @throws EucoraError `UNAUTHENTICATED` when the sign-in is over */
export const refresh = (login: Login & { readonly refresh_token: string }): Promise<Login> =>
  speaking({ kind: 'oidc', issuer: login.issuer }, async (issuer) => {
    const config = await discover(issuer, login.client_id, openid.None());
    const tokens = await openid.refreshTokenGrant(config, login.refresh_token, resourceOf(login));
    return { ...login, ...loginOf(tokens, login) };
  });

/** Tells the provider that the tokens are no longer wanted, where it listens to that. */
export const revoke = (login: Login): Promise<void> =>
  speaking({ kind: 'oidc', issuer: login.issuer }, async (issuer) => {
    const config = await discover(issuer, login.client_id, openid.None());
    if (config.serverMetadata().revocation_endpoint === undefined) return;
    await openid.tokenRevocation(config, login.refresh_token ?? login.access_token);
  });

const resourceOf = ({ resource }: Pick<Way, 'resource'>): { resource?: string } =>
  resource === undefined ? {} : { resource };

/** Over TLS, or on this machine: a secret is going to be sent there. */
function discover(issuer: string, clientId: string, auth: openid.ClientAuth): Promise<openid.Configuration> {
  const server = new URL(issuer);
  const plain = server.protocol === 'http:' && isLoopback(server);
  return openid.discovery(server, clientId, undefined, auth, { execute: plain ? [openid.allowInsecureRequests] : [] });
}

function loginOf(
  tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers,
  { issuer, client_id, resource }: Pick<Login, 'issuer' | 'client_id' | 'resource'>,
): Login {
  const seconds = tokens.expiresIn();
  return {
    issuer,
    client_id,
    access_token: tokens.access_token,
    ...(tokens.refresh_token !== undefined && { refresh_token: tokens.refresh_token }),
    ...(seconds !== undefined && { expires_at: new Date(Date.now() + seconds * 1_000).toISOString() }),
    ...resourceOf({ resource }),
  };
}

/** What the provider says in words of ours. */
async function speaking<Done>({ issuer }: Way, work: (issuer: string) => Promise<Done>): Promise<Done> {
  if (issuer === undefined) throw noClient();
  try {
    return await work(issuer);
  } catch (cause) {
    if (isEucoraError(cause)) throw cause;
    if (cause instanceof openid.ResponseBodyError || cause instanceof openid.AuthorizationResponseError) {
      const why = [cause.error, cause.error_description].filter((each) => each !== undefined).join(': ');
      throw saidNo(issuer, why, 'eucora login signs in anew.', cause);
    }
    if (cause instanceof openid.WWWAuthenticateChallengeError) {
      const remedy = 'Check the client id and its secret, at the provider as well.';
      throw saidNo(issuer, 'it does not know this client with this secret', remedy, cause);
    }
    throw new EucoraError('IDENTITY_UNAVAILABLE', {
      what: `no sign-in at ${issuer}: ${reasonOf(cause instanceof Error ? (cause.cause ?? cause) : cause)}`,
      cause,
    });
  }
}

const saidNo = (issuer: string, why: string, remedy: string, cause: unknown) =>
  new EucoraError('UNAUTHENTICATED', { what: `${issuer} says no: ${why}`, remedy, cause });

const noClient = () =>
  new EucoraError('UNAUTHENTICATED', {
    what: 'the host names no client for people at a command line',
    remedy: 'Set oidc_client_id of the host, or sign in as a program: EUCORA_CLIENT_ID and EUCORA_CLIENT_SECRET.',
  });
