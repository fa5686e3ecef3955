import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EucoraError } from '@eucora/sdk';

export interface LoopbackPage {
  /** Where the provider sends the browser back to. */
  readonly address: string;
  /** The address with what the provider added; rejects when nobody came, or the signal ended. */
  readonly visited: Promise<URL>;
  close(): void;
}

const PATIENCE_MS = 5 * 60_000;
const PATH = '/callback';

/** One page, on a free port of this machine, for one visit. Who comes without our state is somebody else's business. */
export async function loopbackPage(state: string, signal: AbortSignal): Promise<LoopbackPage> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  let late: NodeJS.Timeout | undefined;

  const visited = new Promise<URL>((resolve, reject) => {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', address);
      const ours = url.pathname === PATH && url.searchParams.get('state') === state;
      const refused = url.searchParams.has('error');
      response.writeHead(ours ? 200 : 404, {
        'content-type': 'text/plain; charset=utf-8',
        'content-security-policy': "default-src 'none'",
        connection: 'close',
      });
      response.end(ours ? (refused ? FAILED : DONE) : 'There is nothing here.\n');
      if (ours) resolve(url);
    });
    late = setTimeout(() => reject(nobodyCame()), PATIENCE_MS);
    signal.addEventListener('abort', () =>
      reject(new EucoraError('UNAUTHENTICATED', { what: 'the sign-in was left' })),
    );
  });
  visited.catch(() => undefined);

  return {
    address,
    visited,
    close() {
      clearTimeout(late);
      server.close();
      server.closeIdleConnections();
    },
  };
}

const DONE = 'You are signed in. This page can be closed.\n';
const FAILED = 'You are not signed in; the command says why. This page can be closed.\n';

const nobodyCame = () =>
  new EucoraError('UNAUTHENTICATED', {
    what: `nobody signed in within ${PATIENCE_MS / 60_000} minutes`,
    remedy: 'eucora login asks again.',
  });
