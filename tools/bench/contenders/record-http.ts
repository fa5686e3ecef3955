import http from 'node:http';

/** A request as it left this process, and the answer that came. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: number;
  readonly isJson: boolean;
  readonly answer: Buffer;
  readonly cookies: readonly string[];
}

/** Every HTTP request that leaves this process while the work is done, in the order of their answers. */
export async function recordHttp(work: () => Promise<unknown>): Promise<readonly RecordedRequest[]> {
  const recorded: RecordedRequest[] = [];
  const { request: real } = http;
  const listening = (...args: Parameters<typeof http.request>): http.ClientRequest => {
    const request = real(...args);
    const chunks: Buffer[] = [];
    const keep = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as Uint8Array));
    };
    const { write, end } = request;
    request.write = ((...given: Parameters<typeof write>) => {
      keep(given[0]);
      return write.apply(request, given);
    }) as typeof write;
    request.end = ((...given: Parameters<typeof end>) => {
      keep(given[0]);
      return end.apply(request, given);
    }) as typeof end;
    request.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      const answer: Buffer[] = [];
      response.on('data', (chunk: Buffer) => answer.push(chunk));
      response.once('end', () =>
        recorded.push({
          method: request.method,
          path: request.path,
          headers: Object.fromEntries(
            Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks),
          status: statusCode,
          isJson: /json/.test(headers['content-type'] ?? ''),
          answer: Buffer.concat(answer),
          cookies: headers['set-cookie'] ?? [],
        }),
      );
    });
    return request;
  };
  Object.assign(http, { request: listening });
  try {
    await work();
  } finally {
    Object.assign(http, { request: real });
  }
  return recorded;
}
