import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { Provider, type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';

export const AUDIENCE = 'https://hub.example/api';

/** An account at the provider: who signs in with it, and what its tokens say. */
export type Account = Readonly<Record<string, unknown>>;

export interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export interface TestProvider {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** The key that signs now; tests make bad tokens with it. */
  key(): Key;
  /** Signs with a new key and publishes only that. */
  rotate(): Promise<void>;
  /** Everybody gets 503, or nobody any more. */
  down(is: boolean): void;
  /** Requests for its keys so far. */
  keyRequests(): number;
  /** A token as this provider would make it, but for what is said otherwise. */
  token(claims?: JWTPayload, header?: Readonly<Record<string, unknown>>, key?: Key): Promise<string>;
  close(): Promise<void>;
}

export interface ProviderOptions {
  /** By the name that is typed at sign-in. */
  readonly accounts?: Readonly<Record<string, Account>>;
  readonly clients?: Configuration['clients'];
  /** Claims in the access tokens of programs, by client id. */
  readonly programs?: Readonly<Record<string, Account>>;
  /** Seconds. Default 600. */
  readonly accessTokenTtl?: number;
}

/** `oidc-provider`, a certified server, on loopback, with a sign-in page of ours that asks for a name and believes it. */
export async function startProvider(options: ProviderOptions = {}): Promise<TestProvider> {
  let key = await (first ??= freshKey());
  let isDown = false;
  let keyRequests = 0;
  let serving: { provider: Provider; answer: (req: IncomingMessage, res: ServerResponse) => unknown };

  const server = createServer((request, response) => {
    if (request.url?.startsWith('/jwks')) keyRequests++;
    if (isDown) return void response.writeHead(503).end();
    if (request.url?.startsWith('/interaction/')) return void interact(serving.provider, request, response);
    void serving.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const serve = async () => {
    const provider = new Provider(issuer, await configuration(key, options));
    serving = { provider, answer: provider.callback() };
  };
  await serve();

  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    key: () => key,
    async rotate() {
      key = await freshKey();
      await serve();
    },
    down: (is) => void (isDown = is),
    keyRequests: () => keyRequests,
    token: (claims = {}, header = {}, by = key) => {
      const now = Math.floor(Date.now() / 1_000);
      const said = {
        iss: issuer,
        aud: AUDIENCE,
        sub: 'ada',
        iat: now,
        exp: now + 600,
        roles: ['publisher'],
        ...claims,
      };
      return new SignJWT(said)
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: by.kid, ...header })
        .sign(by.privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A key takes longer to make than all else in a test. Those who need another one rotate. */
let first: Promise<Key> | undefined;
let keys = 0;

export async function freshKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid: `key-${++keys}`, privateKey, publicKey };
}

export const publicJwk = async ({ kid, publicKey }: Key): Promise<JWK> => ({ ...(await exportJWK(publicKey)), kid });

const configuration = async (key: Key, options: ProviderOptions): Promise<Configuration> => ({
  adapter: remembering(),
  jwks: { keys: [{ ...(await exportJWK(key.privateKey)), kid: key.kid, alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['not a secret: it lives as long as a test'] },
  scopes: ['openid', 'offline_access', 'hub'],
  clients: [
    {
      client_id: 'eucora-cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    ...(options.clients ?? []),
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'hub',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['PS256', 'RS256'] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  extraTokenClaims: (_ctx, token) =>
    token.kind === 'ClientCredentials'
      ? options.programs?.[token.clientId ?? '']
      : options.accounts?.['accountId' in token ? String(token.accountId) : ''],
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  ttl: {
    AccessToken: options.accessTokenTtl ?? 600,
    ClientCredentials: options.accessTokenTtl ?? 600,
    ...{ Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600, IdToken: 600 },
  },
});

/** What the provider keeps, for as long as the test. */
function remembering(): (kind: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (kind) => ({
    upsert: async (id, payload) => void kept.set(`${kind}:${id}`, payload),
    find: async (id) => kept.get(`${kind}:${id}`),
    findByUid: async (uid) => [...kept.values()].find((each) => each.uid === uid),
    findByUserCode: async () => undefined,
    consume: async (id) => void Object.assign(kept.get(`${kind}:${id}`) ?? {}, { consumed: true }),
    destroy: async (id) => void kept.delete(`${kind}:${id}`),
    async revokeByGrantId(grantId) {
      for (const [at, { grantId: own }] of kept) if (own === grantId) kept.delete(at);
    },
  });
}

/** The name comes in a cookie, as whoever sits at the browser would type it; consent is given. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const accountId = /typed=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody';
    return provider.interactionFinished(request, response, { login: { accountId } });
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: session!.accountId, clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope'] ?? 'openid'));
  if (typeof params['resource'] === 'string') grant.addResourceScope(params['resource'], 'hub');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** Follows the redirects of a sign-in as a browser does, cookies and all. @returns where it ends, outside of the provider */
export async function browse(address: string, typed: string): Promise<URL> {
  const jar = new Map([['typed', typed]]);
  const home = new URL(address).origin;
  let at = new URL(address);
  for (let hops = 0; hops < 12; hops++) {
    if (at.origin !== home) return at;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name, value] = set.split(';', 1)[0]!.split('=', 2) as [string, string];
      jar.set(name, value);
    }
    const next = response.headers.get('location');
    if (next === null) throw new Error(`the provider shows a page: ${response.status} ${await response.text()}`);
    at = new URL(next, at);
  }
  throw new Error('the sign-in goes round in circles');
}
