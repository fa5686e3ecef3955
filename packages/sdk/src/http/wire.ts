import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';

import axios, { type AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';

import { isSuccess, rawAnswerOf, type RawAnswer } from './answer.js';
import type { PlaneRequest } from './plane-http.js';

/** No proper answer came. `answer` is what came of it before it broke off. */
export class WireFailure extends Error {
  constructor(
    readonly networkCode: string,
    readonly answer?: RawAnswer,
  ) {
    super(networkCode);
  }
}

const http = axios.getAdapter('http');

/**
 * Sends one HTTP request and reads its answer whole. Every status is an answer here.
 *
 * @throws WireFailure
 * @throws what the request's own body threw while it was read, or the signal's cancellation
 */
export async function sendOnce(
  config: InternalAxiosRequestConfig,
  request: PlaneRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const source: SourceState = {};
  const data = dataOf(request, source);
  try {
    const whole = { ...config, headers: axios.AxiosHeaders.from(headers), data, signal };
    const response = (await http(whole)) as AxiosResponse<Buffer>;
    // A plane that answers before it has read everything leaves a connection that nobody could use again.
    if (data instanceof Readable && !data.readableEnded) (response.request as ClientRequest).destroy();
    return rawAnswerOf(response);
  } catch (thrown) {
    if (source.failed) throw source.failed.cause;
    if (signal.aborted || !axios.isAxiosError<Buffer>(thrown)) throw thrown;
    return salvage(thrown);
  } finally {
    if (data instanceof Readable) data.destroy();
  }
}

/** Its body failed to give its bytes, which is nobody's fault but ours. */
interface SourceState {
  failed?: { readonly cause: unknown };
}

function dataOf({ json, body }: PlaneRequest, source: SourceState): string | Buffer | Readable | undefined {
  if (json !== undefined) return JSON.stringify(json);
  if (body === undefined || typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Readable.from(watch(body, source), { objectMode: false });
}

async function* watch(body: AsyncIterable<Uint8Array>, source: SourceState): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    source.failed = { cause };
    throw cause;
  }
}

/** What is left of an answer that broke off: the status, where it says no by itself; nothing, where it promised a body. */
function salvage(thrown: AxiosError<Buffer>): RawAnswer {
  if (thrown.message.startsWith('maxContentLength')) throw new WireFailure('ANSWER_TOO_LARGE');
  if (!thrown.response) throw new WireFailure(networkCodeOf(thrown));
  const answer = rawAnswerOf({ ...thrown.response, data: Buffer.alloc(0) });
  if (isSuccess(answer.status)) throw new WireFailure('ANSWER_CUT', answer);
  return answer;
}

function networkCodeOf({ code = 'UNKNOWN', cause }: AxiosError): string {
  const connecting = cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect';
  return code === 'ETIMEDOUT' && connecting ? 'CONNECT_TIMEOUT' : code;
}
