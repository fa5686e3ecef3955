import { randomUUID } from 'node:crypto';
import { EucoraError } from '@eucora/sdk';
import type { IncomingHttpHeaders } from 'node:http';

const SHAPE = /^[\w.-]{1,128}$/;

/** The caller's `X-Correlation-ID` or `Idempotency-Key` where it is one that we could store; else a fresh one. */
export function correlationIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-correlation-id'] ?? headers['idempotency-key'];
  return typeof given === 'string' && SHAPE.test(given) ? given : randomUUID();
}

/** @throws EucoraError `IDEMPOTENCY_KEY_MISSING` */
export function refuseWithoutKey(headers: IncomingHttpHeaders): void {
  if (headers['idempotency-key']) return;
  throw new EucoraError('IDEMPOTENCY_KEY_MISSING', { what: 'the request has no Idempotency-Key header' });
}

/** @throws EucoraError `IDEMPOTENCY_KEY_MISMATCH` */
export function refuseOtherKey(headers: IncomingHttpHeaders, body: { readonly correlation_id?: string }): void {
  const key = headers['idempotency-key'];
  if (key === body.correlation_id) return;
  throw new EucoraError('IDEMPOTENCY_KEY_MISMATCH', {
    what: `Idempotency-Key is ${JSON.stringify(key)}, correlation_id is ${JSON.stringify(body.correlation_id)}`,
  });
}
