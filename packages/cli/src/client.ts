import { request as overHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as overTls } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { EucoraError, isEucoraError, reasonOf } from '@eucora/sdk';
import { errorOf, isProblem } from './problem.js';

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Build it with {@link path}. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as they are, in place of `body`. `size`: bytes. */
  readonly bytes?: { readonly stream: AsyncIterable<Uint8Array>; readonly size: number };
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** What is put in is encoded: path`/api/runs/${id}/`. */
export const path = (texts: TemplateStringsArray, ...parts: readonly string[]): string =>
  String.raw({ raw: texts }, ...parts.map(encodeURIComponent));

/** Asked before each request. */
export type TokenSource = () => Promise<string | undefined>;

/** The host, one request at a time. There is no time limit: a reconcile takes as long as it takes, and Ctrl-C ends it. */
export interface Client {
  readonly url: URL;
  /** @throws EucoraError what the host's problem says; `HOST_UNREACHABLE` */
  request<Answer>(request: Request): Promise<Answer>;
  /** The bytes that it answers with. @throws EucoraError as {@link Client.request} */
  download(request: Request): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Over `node:http` and not `fetch`: an upload needs its length announced, and `fetch` gives up on a connection that is
 * quiet for five minutes.
 */
export function createClient(url: URL, tokenOf: TokenSource): Client {
  const ask = async (request: Request) => {
    const token = await tokenOf();
    const answer = await send(url, token, request);
    const status = answer.statusCode ?? 0;
    const isWell = status >= 200 && status < 300;
    const refusal = (body: unknown) =>
      status >= 400 && isProblem(body) ? withHint(errorOf(body, status), token) : notTheHost(url, status);
    return { answer, isWell, refusal };
  };
  return {
    url,
    async request<Answer>(request: Request): Promise<Answer> {
      const { answer, isWell, refusal } = await ask(request);
      const body = parse(await textOf(answer, url));
      if (isWell && body !== NOT_JSON) return body as Answer;
      throw refusal(body);
    },
    async download(request) {
      const { answer, isWell, refusal } = await ask(request);
      if (isWell) return answer;
      throw refusal(parse(await textOf(answer, url)));
    },
  };
}

async function send(url: URL, token: string | undefined, request: Request): Promise<IncomingMessage> {
  const json = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
  const outgoing = (url.protocol === 'https:' ? overTls : overHttp)(addressOf(url, request), {
    method: request.method ?? 'GET',
    headers: {
      accept: 'application/json, application/problem+json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(json ? { 'content-type': 'application/json', 'content-length': json.length } : {}),
      ...(request.bytes ? { 'content-type': 'application/octet-stream', 'content-length': request.bytes.size } : {}),
      ...(request.idempotencyKey ? { 'idempotency-key': request.idempotencyKey } : {}),
    },
    signal: request.signal,
  } satisfies RequestOptions);

  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', (cause) => reject(unreachable(url, cause)));
  });
  if (request.bytes) await upload(request.bytes.stream, outgoing, answer);
  else outgoing.end(json);
  return answer;
}

/** A host may refuse before it has read everything; then its answer counts, not the broken pipe. */
async function upload(stream: AsyncIterable<Uint8Array>, outgoing: NodeJS.WritableStream, answer: Promise<unknown>) {
  const sent = pipeline(stream, outgoing);
  sent.catch(() => undefined);
  await Promise.race([sent, answer]).catch(() => undefined);
}

function addressOf(base: URL, { path, query = {} }: Request): URL {
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  const address = new URL(folder + path.slice(1), base);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) address.searchParams.append(name, String(one));
  }
  return address;
}

async function textOf(answer: IncomingMessage, url: URL): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

const NOT_JSON = Symbol('not JSON');

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** What failed may also be the file that was being sent. */
const unreachable = (url: URL, cause: unknown) =>
  isEucoraError(cause)
    ? cause
    : new EucoraError('HOST_UNREACHABLE', {
        what: `${url.origin} does not answer: ${(cause as NodeJS.ErrnoException).code ?? reasonOf(cause)}`,
        cause,
      });

const notTheHost = (url: URL, status: number) =>
  new EucoraError('HOST_UNREACHABLE', {
    what: `what answers at ${url.origin} (status ${status}) does not speak as a EUCORA host`,
    remedy: 'Check --url or EUCORA_URL, and look for a proxy in between.',
  });

/** The host cannot know where we looked for a token. */
function withHint(error: EucoraError, token: string | undefined): EucoraError {
  if (error.code !== 'UNAUTHENTICATED') return error;
  return new EucoraError('UNAUTHENTICATED', {
    what: error.message,
    remedy: token
      ? 'The host does not know this token: eucora login, or check EUCORA_TOKEN, --token-file or EUCORA_DATA_DIR.'
      : 'No token was found: set EUCORA_TOKEN, give --token-file, set EUCORA_DATA_DIR to the data directory of the host, or eucora login.',
    details: error.details,
  });
}
