import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * One kept connection that asks and waits, as lean as can be: the client runs on the processors that it measures, and what
 * it takes is taken from them. It knows answers with a Content-Length and no others.
 */
export interface HttpLine {
  /** @param headers each with its line end */
  ask(method: string, path: string, headers: string, body?: string): Promise<HttpAnswer>;
  close(): void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

export async function openLine(base: string): Promise<HttpLine> {
  const { host, hostname, port } = new URL(base);
  const socket: Socket = connect(Number(port), hostname).setNoDelay(true);
  await once(socket, 'connect');
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve(answer: HttpAnswer): void; reject(cause: Error): void } | undefined;

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const head = received.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const text = received.toString('latin1', 0, head);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? NaN);
    if (Number.isNaN(length)) return void socket.destroy(new Error(`an answer without Content-Length: ${text}`));
    const end = head + END_OF_HEAD.length + length;
    if (received.length < end) return;
    const body = received.subarray(head + END_OF_HEAD.length, end);
    received = received.subarray(end);
    waiting?.resolve({ status: Number(text.slice(9, 12)), body });
  });
  const lost = (cause?: Error) => waiting?.reject(cause ?? new Error('the connection was closed'));
  socket.on('error', lost);
  socket.on('close', () => lost());

  return {
    ask: (method, path, headers, body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(
          body === undefined
            ? `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`
            : `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${headers}` +
                `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => void socket.destroy(),
  };
}
