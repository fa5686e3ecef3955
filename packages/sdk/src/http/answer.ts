import type { AxiosResponse } from 'axios';

import type { PlaneRequest } from './plane-http.js';

/** One HTTP answer as it came: the body whole, nothing judged yet. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Why a 2xx is no answer after all. */
export type Flaw = 'ANSWER_EMPTY' | 'ANSWER_NOT_JSON';

export type ReadAnswer = { readonly body: unknown; readonly flaw?: undefined } | { readonly flaw: Flaw };

export const rawAnswerOf = ({ status, headers, data }: AxiosResponse<Buffer>): RawAnswer => {
  const lowered: Record<string, string> = {};
  for (const name of Object.keys(headers)) lowered[name.toLowerCase()] = String(headers[name]);
  return { status, headers: lowered, bytes: data ?? Buffer.alloc(0) };
};

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Reads a body as the request asked for it. What says 200 and is not what was asked for (a login page, half a JSON) is a flaw. */
export function readAnswer(request: PlaneRequest, { status, bytes }: RawAnswer): ReadAnswer {
  const answer = request.answer ?? 'json';
  if (request.method === 'HEAD' || answer === 'none') return { body: undefined };
  if (bytes.length === 0 && bodyExpected(request, status)) return { flaw: 'ANSWER_EMPTY' };
  if (answer === 'bytes') return { body: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  if (answer === 'text') return { body: bytes.toString('utf8') };
  if (bytes.length === 0) return { body: undefined };
  const json = parseJson(bytes);
  if (json !== undefined) return { body: json };
  return isSuccess(status) ? { flaw: 'ANSWER_NOT_JSON' } : { body: undefined };
}

/** For people and for `classify`: JSON where it is JSON, otherwise text. */
export const readLoosely = (bytes: Buffer): unknown =>
  bytes.length === 0 ? undefined : (parseJson(bytes) ?? bytes.toString('utf8'));

function bodyExpected(request: PlaneRequest, status: number): boolean {
  if (!isSuccess(status)) return false;
  if (request.bodyRequired !== undefined) return request.bodyRequired;
  return request.method === 'GET' && (request.answer ?? 'json') === 'json' && status !== 204 && status !== 205;
}

const BYTE_ORDER_MARK = /^\uFEFF/;

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''));
  } catch {
    return undefined;
  }
}
