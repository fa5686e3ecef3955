import { CATALOGUE, isEucoraError, toEucoraError, type EucoraError } from '@eucora/sdk';
import type { Rollout } from '@eucora/engine';
import { toWire } from '../wire/to-wire.js';
import type { Problem } from '../wire/problem.js';

/** Seconds, when whoever failed did not name a time. */
const RETRY_AFTER = 5;

export interface Answered {
  readonly problem: Problem;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** Whatever was thrown, as the answer to a request. What we did not foresee says nothing about the inside. */
export function toProblem(
  thrown: unknown,
  { instance, correlationId }: { instance: string; correlationId: string },
): Answered {
  const error = toEucoraError(thrown);
  const { rollout, outcome, ...details } = error.details as { rollout?: Rollout; outcome?: object } & Record<
    string,
    unknown
  >;
  const first = rollout ?? outcome;
  const problem: Problem = {
    type: `docs/errors.md#${error.code.toLowerCase()}`,
    title: CATALOGUE[error.code].meaning,
    status: error.statusCode,
    detail: isEucoraError(thrown) ? error.message : CATALOGUE.INTERNAL.meaning,
    instance,
    code: error.code,
    status_code: error.statusCode,
    error_class: error.errorClass,
    correlation_id: correlationId,
    remedy: error.remedy,
    ...(Object.keys(details).length > 0 && { details }),
    ...(first && { outcome: toWire(first) as Record<string, unknown> }),
  };
  return { problem, ...retryAfterOf(error) };
}

const retryAfterOf = ({ statusCode, retryAfterMs }: EucoraError): { retryAfter?: number } =>
  statusCode === 503 || retryAfterMs !== undefined
    ? { retryAfter: retryAfterMs === undefined ? RETRY_AFTER : Math.max(1, Math.ceil(retryAfterMs / 1_000)) }
    : {};
