import { type Time } from '@eucora/sdk';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contract } from './contract.js';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks as a KV version 2 store does, as far as these tests go. It is nobody's product. */
export interface StandIn {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Versions of a secret by `mount/path`, the first one first; null is a deleted one, `destroyed` says its own. */
  readonly kept: Map<string, readonly (object | null | 'destroyed')[]>;
  /** What the exchanges broke of the contract. */
  readonly violations: readonly string[];
  /** Seconds that a new token lives. */
  lease: number;
  /** Seconds that a renewal gives, and whether there is one at all. */
  renewal: number | 'refused';
  /** Answers that come before all others, first in, first out; as functions of the request where they depend on it. */
  readonly instead: (Reply | 'silence' | 'hang up')[];
  health: number;
  revokeAll(): void;
  tokens(): readonly string[];
  close(): Promise<void>;
}

export const CREDENTIALS = { roleId: 'role-1', secretId: 'the SecretID of the hub', jwt: 'header.claims.signature' };

const DENIED = { errors: ['1 error occurred:\n\t* permission denied\n\n'] };
const FORBIDDEN_PATH = 'kv/forbidden';

export async function standIn(time: Time): Promise<StandIn> {
  const check = await contract('vault-kv');
  const seen: Seen[] = [];
  const violations: string[] = [];
  const valid = new Map<string, number>();
  const pending: Promise<unknown>[] = [];
  let issued = 0;

  const auth = (token: string, seconds: number) => {
    valid.set(token, seconds === 0 ? Infinity : time.now().getTime() + seconds * 1_000);
    return {
      status: 200,
      body: { auth: { client_token: token, lease_duration: seconds, renewable: true, accessor: 'a' } },
    };
  };

  const route = ({ method, path, query, headers, body }: Seen): Reply => {
    const sent = body as Readonly<Record<string, string>>;
    const token = String(headers['x-vault-token']);
    const known = (valid.get(token) ?? 0) > time.now().getTime();
    if (path === '/v1/sys/health') return { status: state.health, body: { initialized: true, standby: true } };
    if (/^\/v1\/auth\/[\w/]+\/login$/.test(path)) {
      const good =
        path.includes('kubernetes') && sent['role'] === 'eucora'
          ? sent['jwt'] === CREDENTIALS.jwt
          : sent['role_id'] === CREDENTIALS.roleId && sent['secret_id'] === CREDENTIALS.secretId;
      return good
        ? auth(`token-${++issued}`, state.lease)
        : { status: 400, body: { errors: ['invalid role or secret ID'] } };
    }
    if (!known) return { status: 403, body: DENIED };
    if (path === '/v1/auth/token/lookup-self') return { status: 200, body: { data: { ttl: 1, renewable: true } } };
    if (path === '/v1/auth/token/renew-self')
      return state.renewal === 'refused' ? { status: 403, body: DENIED } : auth(token, state.renewal);
    const [, mount, secret] = /^\/v1\/([^/]+)\/data\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
    return method === 'GET' && secret
      ? read(`${mount}/${secret}`, query['version'])
      : { status: 404, body: { errors: [] } };
  };

  const read = (name: string, version: string | undefined): Reply => {
    if (name === FORBIDDEN_PATH) return { status: 403, body: DENIED };
    const versions = state.kept.get(name);
    const number = Number(version ?? versions?.length);
    const data = versions?.[number - 1];
    if (data === undefined) return { status: 404, body: { errors: [] } };
    const gone = data === null || data === 'destroyed';
    const metadata = {
      created_time: '2026-01-01T00:00:00Z',
      custom_metadata: null,
      deletion_time: gone ? '2026-01-02T00:00:00Z' : '',
      destroyed: data === 'destroyed',
      version: number,
    };
    return { status: gone ? 404 : 200, body: { data: { data: gone ? null : data, metadata } } };
  };

  const server = createServer((request, response) => {
    const answering = (async () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://stand-in');
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const question: Seen = {
        method: request.method!,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      seen.push(question);
      const scripted = state.instead.shift();
      if (scripted === 'silence') return;
      if (scripted === 'hang up') return void request.socket.destroy();
      const { status, body, headers = {} } = scripted ?? route(question);
      if (typeof body === 'object') violations.push(...(await check(question, status, body)));
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : body && JSON.stringify(body));
    })();
    pending.push(answering);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const state: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    kept: new Map(),
    violations,
    lease: 1_200,
    renewal: 1_200,
    instead: [],
    health: 200,
    revokeAll: () => valid.clear(),
    tokens: () => [...valid.keys()],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(pending);
    },
  };
  return state;
}
