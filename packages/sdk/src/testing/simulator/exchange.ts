import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.js';

/** What a simulator answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** A request as it came in, before any route has been found for it. */
export interface SimulatorRequest {
  /** Upper case. */
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  /** Decoded; the last value where a name comes twice. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed when the content type is JSON; a Buffer otherwise; undefined without a body. */
  readonly body: unknown;
  /** The fields of an `application/x-www-form-urlencoded` body. */
  readonly form?: URLSearchParams;
}

/** A request that found its route, and the ways to answer it. */
export interface Exchange<State = unknown> extends SimulatorRequest {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Where the simulator listens: `http://127.0.0.1:4711`, for links in answers. */
  readonly origin: string;
  readonly clock: Clock;
  /** What the plane holds. While a `staleRead` fault lasts, reads get what it held when the fault began. */
  readonly state: State;
  json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Answer;
  /** Any other content; say its `content-type` in the headers. */
  send(status: number, body?: Answer['body'], headers?: Readonly<Record<string, string>>): Answer;
  /** Answers a request inside this one (`$batch`) as if it had come by itself, authentication and faults aside. */
  dispatch(request: InnerRequest): Promise<Answer>;
}

export interface InnerRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request as the simulator remembers it. */
export interface RecordedRequest {
  /** ISO 8601, UTC, by the simulator's clock. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** `authorization` says only which scheme was used. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, the fields of a form, or `{ bytes }` for anything else. */
  readonly body?: unknown;
  /** Would have changed the plane. */
  readonly write: boolean;
  /** Absent while it is open, and for ever when no answer was sent. */
  status?: number;
  /** The fault that it met. */
  fault?: string;
}

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const send = (
  status: number,
  body?: Answer['body'],
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers,
  ...(body !== undefined && { body }),
});
