import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface WebServer {
  /** `http://127.0.0.1:4711` */
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Stands for the customer's web server: serves a folder on loopback, read only. */
export async function serveFolder(folder: string): Promise<WebServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://local').pathname);
    asked.push(path);
    const file = join(folder, normalize(`/${path}`));
    stat(file)
      .then((found) => {
        if (!found.isFile()) throw new Error('no file');
        response.writeHead(200, {
          'content-length': found.size,
          'content-type': 'application/vnd.debian.binary-package',
        });
        createReadStream(file).pipe(response);
      })
      .catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
