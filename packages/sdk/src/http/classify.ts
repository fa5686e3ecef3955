import type { ErrorClass, ErrorCode } from '../error-catalogue.js';
import { CATALOGUE } from '../error-catalogue.js';
import { classOfStatus, EucoraError } from '../errors.js';
import { maskSecrets } from './mask.js';
import type { PlaneFailure, Reading } from './plane-http.js';

/** What an error tells a program besides its code. */
export interface FailureFacts {
  readonly plane: string;
  /** A write may have been carried out by this or an earlier attempt. */
  readonly outcomeUnknown: boolean;
}

const EXCERPT = 500;
const MESSAGE = 200;

/** SPEC section 4 as defaults; the plugin's reading goes over them. */
export function errorOf(failure: PlaneFailure, reading: Reading | undefined, facts: FailureFacts): EucoraError {
  const code = reading?.code ?? codeOf(failure);
  const retryAfterMs = reading?.retryAfterMs ?? failure.retryAfterMs;
  return new EucoraError(code, {
    what: reading?.what === undefined ? sentence(failure, facts.plane) : maskSecrets(reading.what),
    remedy: reading?.remedy ?? remedyOf(failure),
    errorClass: reading?.errorClass ?? (reading?.code ? CATALOGUE[reading.code].errorClass : classOf(failure)),
    retryAfterMs,
    details: detailsOf(failure, facts),
  });
}

export function codeOf({ status, networkCode, retryAfterMs }: PlaneFailure): ErrorCode {
  if (networkCode) return /^(ANSWER_|HPE_|REDIRECT)/.test(networkCode) ? 'PLANE_ANSWER_INVALID' : 'PLANE_UNREACHABLE';
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) return 'PLANE_THROTTLED';
  if (status === undefined || status >= 500 || status === 408 || status === 425) return 'PLANE_ERROR';
  if (status === 401) return 'PLANE_UNAUTHENTICATED';
  if (status === 403) return 'PLANE_FORBIDDEN';
  if (status === 404 || status === 410) return 'PLANE_OBJECT_MISSING';
  if (status === 409) return 'PLANE_CONFLICT';
  return 'PLANE_REJECTED';
}

function classOf(failure: PlaneFailure): ErrorClass {
  if (failure.networkCode) return isCertificateTrouble(failure.networkCode) ? 'permanent' : 'transient';
  return classOfStatus(failure.status ?? 500);
}

/** Waiting heals no certificate. Node's codes, https://nodejs.org/api/tls.html#x509-certificate-error-codes */
export const isCertificateTrouble = (code: string): boolean =>
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH)/.test(
    code,
  );

const remedyOf = ({ networkCode }: PlaneFailure): string | undefined =>
  networkCode && isCertificateTrouble(networkCode)
    ? "Check the plane's certificate and the authorities that the connector's configuration trusts."
    : undefined;

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EPIPE: 'the connection was cut',
  ANSWER_CUT: 'the answer broke off',
  ANSWER_EMPTY: 'the answer is empty',
  ANSWER_NOT_JSON: 'the answer is not JSON',
  ANSWER_TOO_LARGE: 'the answer is too large',
  REDIRECT: 'the answer is a redirect, which is not followed',
};

function sentence(failure: PlaneFailure, plane: string): string {
  const request = `${failure.method} ${failure.target}`;
  if (failure.networkCode) {
    const why = NETWORK_WORDS[failure.networkCode] ?? 'no proper answer came';
    return `${request} on ${plane}: ${why} (${failure.networkCode}).`;
  }
  const message = vendorMessage(failure.body);
  return `${plane} answered ${failure.status} to ${request}${message ? `: ${message}` : '.'}`;
}

/** The sentence that vendors put into `error.message`, `error_description`, `detail` and other places. */
function vendorMessage(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, error_description, message, detail, title } = body as Record<string, unknown>;
  const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>).message : undefined;
  const found = [inner, error_description, message, detail, title, error].find(
    (text) => typeof text === 'string' && text !== '',
  );
  return found === undefined ? undefined : maskSecrets((found as string).slice(0, 20 * MESSAGE)).slice(0, MESSAGE);
}

function detailsOf(failure: PlaneFailure, { plane, outcomeUnknown }: FailureFacts): Record<string, unknown> {
  const requestId = ['request-id', 'x-ms-request-id', 'x-request-id', 'x-api-request-id']
    .map((name) => failure.headers[name])
    .find(Boolean);
  return {
    plane,
    method: failure.method,
    target: failure.target,
    ...(failure.status !== undefined && { status_code: failure.status }),
    ...(failure.networkCode && { network_code: failure.networkCode }),
    ...(requestId && { request_id: requestId }),
    attempts: failure.attempt,
    ...(failure.body !== undefined && { answer: excerpt(failure.body) }),
    ...(outcomeUnknown && { outcome: 'unknown' }),
  };
}

/** Masked first and cut then: a cut secret is no longer recognised. */
function excerpt(body: unknown): string {
  const masked =
    typeof body === 'string' ? maskSecrets(body.slice(0, 20 * EXCERPT)) : JSON.stringify(maskSecrets(body));
  return masked.slice(0, EXCERPT);
}
