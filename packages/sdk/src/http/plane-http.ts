import type { Context } from '../context.js';
import type { ErrorClass, ErrorCode } from '../error-catalogue.js';

/**
 * The HTTP client that every plane plugin speaks through. One per connected plane: it holds the connections, the breaker,
 * the budgets and the token, so make it in `connect` and close it in `disconnect`.
 *
 * A call ends within its deadline, whatever the plane does. It either gives an answer that was checked, or throws an
 * `EucoraError` with one of these codes:
 * `PLANE_UNREACHABLE` (no answer), `PLANE_THROTTLED` (429, or 503 with Retry-After), `PLANE_ERROR` (408, 425, 5xx),
 * `PLANE_ANSWER_INVALID` (not HTTP, not JSON, cut, a redirect), `PLANE_UNAUTHENTICATED` (401 after one fresh token), `PLANE_FORBIDDEN`
 * (403), `PLANE_OBJECT_MISSING` (404, 410), `PLANE_CONFLICT` (409), `PLANE_REJECTED` (any other 4xx), `CIRCUIT_OPEN`,
 * `DEADLINE_EXCEEDED`, `EGRESS_REFUSED`, `READ_ONLY`, `NOT_CONNECTED` (after `close`).
 *
 * Its `details` are `plane`, `method`, `target`, and where they apply `status_code`, `network_code`, `request_id`, `attempts`, `answer`
 * (an excerpt, masked) and **`outcome: 'unknown'`**: a write left us and we do not know whether the plane acted. Ask the plane before
 * you send it again.
 */
export interface PlaneHttp {
  /** @typeParam T what the plugin expects in the body; the shape is not checked here, only that it is JSON at all */
  request<T = unknown>(ctx: Context, request: PlaneRequest): Promise<PlaneAnswer<T>>;
  /** Requests in flight end by themselves; later ones throw `NOT_CONNECTED`. */
  close(): void;
  /** Of the host in `baseUrl`. An open breaker turns half-open with the first request after its time. */
  readonly breakerState: BreakerState;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface PlaneHttpOptions {
  /** The connector id, for audit and errors. */
  readonly plane: string;
  /** `https://graph.microsoft.com/v1.0`; relative request URLs are appended to its path. */
  readonly baseUrl: string;
  /**
   * Where requests may go: `graph.microsoft.com`, `*.blob.core.windows.net` (one or more labels), `127.0.0.1:8443`. Without a port the scheme's own
   * port is meant. The hosts of `baseUrl` and of the token service must be among them. Plain http only where `baseUrl` is plain http.
   */
  readonly hosts: readonly string[];
  /** Gives the bearer token. It goes to the host of `baseUrl` only, and to {@link bearerHosts}. */
  readonly authorize?: TokenSource;
  /** Further hosts, as in {@link hosts}, that may see the bearer token. */
  readonly bearerHosts?: readonly string[];
  /** Milliseconds for a logical request: attempts, waits, tokens and reading of the body together. 60_000 if not given. */
  readonly deadlineMs?: number;
  /** 4 if not given. The replay after a fresh token is not counted. */
  readonly maxAttempts?: number;
  /** Requests in flight at a time. 8 if not given. */
  readonly concurrency?: number;
  /** Requests over a budget wait; they fail only if their deadline is nearer than their turn. Each attempt counts. */
  readonly rate?: readonly RateBudget[];
  readonly breaker?: BreakerOptions;
  /** The waits between attempts where the plane does not say how long. */
  readonly backoff?: BackoffOptions;
  /** The plugin's `errors.ts`: what this vendor's answers mean where they differ from the table in SPEC section 4. */
  readonly classify?: (failure: PlaneFailure) => Reading | undefined;
  /** Sent with every request to the host of `baseUrl` and to {@link bearerHosts}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Larger answers are `PLANE_ANSWER_INVALID`. 256 MiB if not given. */
  readonly maxAnswerBytes?: number;
  /** For planes with a certificate of the company's own authority, or that ask for a client certificate. PEM text. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly passphrase?: string };
}

export interface TokenSource {
  /** What stands before it in the `Authorization` header. Default `Bearer`; `Negotiate` for Kerberos. */
  readonly scheme?: string;
  /**
   * Called for every attempt, so it should remember. {@link rememberToken} does that.
   *
   * @param ask.fresh true after a 401: the plane has refused `ask.refused`
   */
  token(ctx: Context, ask: { readonly fresh: boolean; readonly refused?: string }): Promise<string>;
}

/** At most `requests` in any window of `perMs` milliseconds. */
export interface RateBudget {
  readonly requests: number;
  readonly perMs: number;
  /** Only POST, PUT, PATCH and DELETE count and wait. */
  readonly writesOnly?: boolean;
}

/** Consecutive failures of one host: no connection, no proper answer, 408, 5xx. A 429 counts neither way; any other answer ends the series. */
export interface BreakerOptions {
  /** 5 if not given. */
  readonly failures?: number;
  /** Milliseconds on the context's clock until trial requests may go out. 60_000 if not given. */
  readonly resetMs?: number;
  /** Trial requests that must all succeed to close it again; one failure opens it anew. 3 if not given. */
  readonly trials?: number;
}

/** The n-th wait is random between 0 and `baseMs * 2^n`, at most `capMs` (full jitter). */
export interface BackoffOptions {
  /** 500 if not given. */
  readonly baseMs?: number;
  /** 20_000 if not given. */
  readonly capMs?: number;
  /** From 0 (included) to 1; tests give their own. */
  readonly random?: () => number;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface PlaneRequest {
  readonly method: Method;
  /** Relative to `baseUrl`, or absolute (a next page, an upload address). */
  readonly url: string;
  /** Encoded with %20 for spaces; an array repeats its key; undefined is left out. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
  readonly json?: unknown;
  /**
   * Instead of `json`. An iterable that gives a fresh iterator each time can be sent again; a stream or a generator goes
   * out once, and its request is never repeated. Give `Content-Length` in `headers` where the plane wants it.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The plane's state is the same after twice as after once. GET and HEAD always are. */
  readonly replayable?: boolean;
  /** Goes without the bearer token: signed addresses, the token service itself. */
  readonly anonymous?: boolean;
  /**
   * `json` if not given: undefined for 204 and for an empty answer to a write, otherwise it must parse.
   * `text`: string. `bytes`: Uint8Array. `none`: undefined, whatever came.
   */
  readonly answer?: 'json' | 'text' | 'bytes' | 'none';
  /** An empty answer is `PLANE_ANSWER_INVALID`. True for GET with `json` if not given; say it of a POST whose answer you need. */
  readonly bodyRequired?: boolean;
  /** Statuses besides 2xx that are answers. Their body is what parses as `answer`, or undefined. */
  readonly accept?: readonly number[];
  /** A POST that changes nothing (reports, `$batch` of GETs, tokens): allowed while a plan is made. It does not make it replayable. */
  readonly readOnlySafe?: boolean;
  /** Milliseconds; instead of the client's. */
  readonly deadlineMs?: number;
}

export type QueryValue = string | number | boolean;

export interface PlaneAnswer<T = unknown> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

/** One attempt that was not a success, as `classify` sees it. */
export interface PlaneFailure {
  readonly method: Method;
  /** Host and path. */
  readonly target: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, text otherwise, undefined when empty. Not masked: never put it into an error as it is. */
  readonly body: unknown;
  /**
   * When no proper answer came: Node's code (`ECONNRESET`, `HPE_INVALID_CONSTANT`), or ours: `ANSWER_CUT`, `ANSWER_EMPTY`,
   * `ANSWER_NOT_JSON`, `ANSWER_TOO_LARGE`, `REDIRECT`.
   */
  readonly networkCode?: string;
  /** As the plane asked, in milliseconds. */
  readonly retryAfterMs?: number;
  /** 1 for the first. */
  readonly attempt: number;
  readonly replayable: boolean;
}

/** What an answer means. All that is left out stays as the default has it. */
export interface Reading {
  readonly code?: ErrorCode;
  readonly errorClass?: ErrorClass;
  /** Replaces the default sentence; masked by the client. */
  readonly what?: string;
  readonly remedy?: string;
  /**
   * Whether this client tries again. If not given: when the class is `transient`. Never overrules safety: a write that is not replayable
   * and may have been carried out (no answer, 408, 5xx) is not sent again.
   */
  readonly retry?: boolean;
  /** Where the plane says so in its body instead of the header. */
  readonly retryAfterMs?: number;
}
