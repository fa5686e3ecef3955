import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { EucoraError, reasonOf } from '@eucora/sdk';

export interface Listener {
  readonly url: string;
  /** Takes no new connection, lets requests under way end within the grace, then closes what is left. */
  close(): Promise<void>;
}

/** An upload may take hours; a connection on which nothing moves for so long is dead. */
const IDLE_MS = 120_000;
const HEADERS_MS = 30_000;
/** Many clients may come at once; the kernel holds so many until we get to them. */
const BACKLOG = 4_096;
const GRACE_MS = 10_000;
const LOOK_MS = 50;

/** @throws EucoraError `CONFIG_INVALID` when the address cannot be had */
export async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listener> {
  const server = createServer(
    { requestTimeout: 0, headersTimeout: HEADERS_MS, keepAliveTimeout: IDLE_MS / 2 },
    handler,
  );
  server.setTimeout(IDLE_MS);
  server.listen({ host, port, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new EucoraError('CONFIG_INVALID', {
      what: `cannot listen on ${host}:${port}: ${reasonOf(cause)}`,
      remedy: 'Stop what listens there, or choose another EUCORA_PORT (0: any free one).',
      cause,
    });
  }
  const { port: chosen } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  const end = new Promise((resolve) => server.close(resolve));
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await end;
  clearInterval(idle);
  clearTimeout(late);
}
