import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TOKEN = 'token-of-the-small-host';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  readonly body: Record<string, unknown>;
}

export interface Said {
  readonly status?: number;
  readonly body?: unknown;
  /** Not JSON: sent as it is. */
  readonly text?: string;
}

export type Route = (asked: Asked, response: ServerResponse) => Said | Promise<Said>;

export interface SmallHost {
  readonly url: string;
  /** In the order in which they came. */
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A real HTTP server that answers as the host does, as far as a test tells it to. Who brings no token gets 401. */
export async function startSmallHost(
  routes: Readonly<Record<string, Route>>,
  port = 0,
  open = false,
): Promise<SmallHost> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const one = await read(request);
      asked.push(one);
      const said = await answer(routes, one, response, open);
      response.statusCode = said.status ?? 200;
      response.setHeader('content-type', response.statusCode < 400 ? 'application/json' : 'application/problem+json');
      response.end(said.text ?? JSON.stringify(said.body));
    })().catch((cause: unknown) => response.destroy(cause as Error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** RFC 9457, as the host sends it. */
export const problem = (status: number, code: string, more: object = {}): Said => ({
  status,
  body: { title: code, status, code, detail: `the host says ${code}`, remedy: `do as ${code} asks`, ...more },
});

async function answer(
  routes: Readonly<Record<string, Route>>,
  asked: Asked,
  response: ServerResponse,
  open: boolean,
): Promise<Said> {
  if (!open && asked.headers.authorization !== `Bearer ${TOKEN}`) return problem(401, 'UNAUTHENTICATED');
  const route = routes[`${asked.method} ${asked.path}`];
  return route ? route(asked, response) : problem(404, 'NOT_FOUND', { detail: `no ${asked.method} ${asked.path}` });
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url!, 'http://host');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const isJson = request.headers['content-type'] === 'application/json';
  return {
    method: request.method!,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    bytes,
    body: isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {},
  };
}
