import type { EucoraError } from '../errors.js';
import { isCertificateTrouble } from './classify.js';
import type { BackoffOptions, Method, PlaneFailure, PlaneRequest, Reading } from './plane-http.js';

export const isWrite = (method: Method): boolean => method !== 'GET' && method !== 'HEAD';

export const isReplayable = ({ method, replayable }: PlaneRequest): boolean => !isWrite(method) || replayable === true;

/** A stream or a generator is its own iterator: what it gave is gone. */
export function goesOutOnce({ body }: PlaneRequest): boolean {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return false;
  return 'next' in body || 'pipe' in body;
}

/** Nothing was sent: there was no connection to send it on. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CONNECT_TIMEOUT',
]);

/**
 * Whether the plane may have carried out the request though it was no success: the connection was lost after we had begun to send,
 * or a gateway or the plane itself broke down on it (5xx, 408), or it succeeded and the answer cannot be read.
 */
export function mayHaveActed({ status, networkCode }: PlaneFailure): boolean {
  if (networkCode) return !NOT_SENT.has(networkCode) && !isCertificateTrouble(networkCode);
  return status === undefined || status >= 500 || status === 408;
}

/** Whether another attempt is wanted and cannot do twice what should be done once. */
export function isWorthRepeating(
  request: PlaneRequest,
  failure: PlaneFailure,
  error: EucoraError,
  reading: Reading | undefined,
): boolean {
  const wanted = reading?.retry ?? (error.errorClass === 'transient' && failure.networkCode !== 'ANSWER_TOO_LARGE');
  const safe = isReplayable(request) || !mayHaveActed(failure);
  return wanted && safe && !goesOutOnce(request);
}

/** What the plane asked for, above all; otherwise full jitter, so that a crowd does not come back as one. Milliseconds. */
export function waitBeforeNext(
  attempt: number,
  retryAfterMs: number | undefined,
  backoff: BackoffOptions = {},
): number {
  const { baseMs = 500, capMs = 20_000, random = Math.random } = backoff;
  return retryAfterMs ?? random() * Math.min(capMs, baseMs * 2 ** attempt);
}
