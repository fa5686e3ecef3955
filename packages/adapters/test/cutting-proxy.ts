import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to the server that can be cut at the worst moment: after the server did what was asked, before it could say so. */
export interface CuttingProxy {
  readonly url: string;
  /** The next answers to a statement that contains the text are lost, and their connections with them. */
  loseAnswerTo(text: string, times?: number): void;
  /** How many were lost. */
  lost(): number;
  stop(): Promise<void>;
}

export async function givenCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let [wanted, left, lost] = ['', 0, 0];

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let cutting = false;
    client.on('data', (bytes) => {
      if (left > 0 && bytes.includes(wanted)) {
        left -= 1;
        cutting = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!cutting) return void client.write(bytes);
      lost += 1;
      client.destroy();
      upstream.destroy();
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}); // Its close says the same.
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: url.replace(`:${target.port}`, `:${port}`),
    loseAnswerTo(text, times = 1) {
      [wanted, left, lost] = [text, times, 0];
    },
    lost: () => lost,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
