import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpClient } from '../src/identity.js';
import { contract } from './contract.js';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly method: string;
  /** Host and path that the library meant. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** Speaks as a vault, Entra ID and a machine's identity service do, as far as these tests go. It is nobody's product. */
export interface StandIn {
  /** Sends what the library wants to send to its own addresses here instead. */
  readonly httpClient: HttpClient;
  readonly seen: readonly Seen[];
  /** Versions of a secret by name, the first one first. */
  readonly kept: Map<string, readonly string[]>;
  readonly violations: readonly string[];
  /** Answers of the vault that come before all others. */
  readonly instead: (Reply | 'silence' | 'hang up')[];
  /** Answers of Entra ID and of the identity service. */
  readonly insteadOfTokens: Reply[];
  /** The one that is given out and taken. */
  token: string;
  close(): Promise<void>;
}

export const VAULT = 'https://eucora.vault.azure.net';
const LOGIN = 'login.microsoftonline.com';
const versionOf = (number: number) => String(number).padStart(32, '0');

const CHALLENGE = {
  'www-authenticate': `Bearer authorization="https://${LOGIN}/tenant", resource="https://vault.azure.net"`,
};

export async function standIn(): Promise<StandIn> {
  const check = await contract('azure-keyvault-secrets');
  const seen: Seen[] = [];
  const violations: string[] = [];
  const pending: Promise<unknown>[] = [];

  const discovery = (target: string): Reply => ({
    status: 200,
    body: target.includes('/discovery/')
      ? {
          tenant_discovery_endpoint: `https://${LOGIN}/tenant/v2.0/.well-known/openid-configuration`,
          metadata: [{ preferred_network: LOGIN, preferred_cache: LOGIN, aliases: [LOGIN] }],
        }
      : {
          issuer: `https://${LOGIN}/tenant/v2.0`,
          authorization_endpoint: `https://${LOGIN}/tenant/oauth2/v2.0/authorize`,
          token_endpoint: `https://${LOGIN}/tenant/oauth2/v2.0/token`,
          jwks_uri: `https://${LOGIN}/tenant/discovery/v2.0/keys`,
        },
  });

  const token = (): Reply =>
    state.insteadOfTokens.shift() ?? {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: 3_600,
        expires_on: String(Math.floor(Date.now() / 1_000) + 3_600),
        access_token: state.token,
      },
    };

  const secret = (target: string): Reply => {
    const [, name = '', version] = /\/secrets\/([^/]+)\/([^/]*)$/.exec(target) ?? [];
    const versions = state.kept.get(name) ?? [];
    const at = version ? versions.findIndex((_, index) => versionOf(index + 1) === version) : versions.length - 1;
    const value = versions[at];
    if (value === undefined)
      return {
        status: 404,
        body: { error: { code: 'SecretNotFound', message: `A secret with (name/id) ${name} was not found` } },
      };
    return {
      status: 200,
      body: { value, id: `${VAULT}/secrets/${name}/${versionOf(at + 1)}`, attributes: { enabled: true } },
    };
  };

  const server = createServer((request, response) => {
    const answering = (async () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://stand-in');
      const host = String(request.headers['x-meant-for']);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const { authorization } = request.headers;
      seen.push({ method: request.method!, target: host + pathname, authorization, form });
      const send = ({ status, body, headers }: Reply) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      };
      if (host === LOGIN && !pathname.endsWith('/token')) return send(discovery(pathname));
      if (host !== new URL(VAULT).host) return send(token());
      if (authorization !== `Bearer ${state.token}`) return send({ status: 401, headers: CHALLENGE, body: '' });
      const scripted = state.instead.shift();
      if (scripted === 'silence') return;
      if (scripted === 'hang up') return void request.socket.destroy();
      const reply = scripted ?? secret(pathname);
      if (typeof reply.body === 'object') {
        const question = {
          method: request.method!,
          path: pathname,
          query: Object.fromEntries(searchParams),
          headers: {},
          body: undefined,
        };
        violations.push(...(await check(question, reply.status, reply.body)));
      }
      send(reply);
    })();
    pending.push(answering);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const state: StandIn = {
    httpClient: sendingTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    kept: new Map(),
    violations,
    instead: [],
    insteadOfTokens: [],
    token: 'issued',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(pending);
    },
  };
  return state;
}

const sendingTo = (origin: string): HttpClient => ({
  async sendRequest(request) {
    const { host, pathname, search } = new URL(request.url);
    const headers = { ...request.headers.toJSON(), 'x-meant-for': host };
    const response = await fetch(origin + pathname + search, {
      method: request.method,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => !/^(host|content-length|connection)$/i.test(name)),
      ),
      body: typeof request.body === 'string' ? request.body : null,
      redirect: 'manual',
      signal: (request.abortSignal as AbortSignal | undefined) ?? null,
    });
    return {
      request,
      status: response.status,
      headers: headersOf(response.headers),
      bodyAsText: await response.text(),
    };
  },
});

/** In the library's words. */
const headersOf = (given: Headers): Awaited<ReturnType<HttpClient['sendRequest']>>['headers'] => ({
  get: (name) => given.get(name) ?? undefined,
  has: (name) => given.has(name),
  set: (name, value) => given.set(name, String(value)),
  delete: (name) => given.delete(name),
  toJSON: () => Object.fromEntries(given),
  [Symbol.iterator]: () => given.entries(),
});
