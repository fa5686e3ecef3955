import { CATALOGUE, classOfStatus, EucoraError, type ErrorClass, type ErrorCode } from '@eucora/sdk';

/** RFC 9457, with the members that the host adds. */
export interface Problem {
  readonly title?: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly error_class?: string;
  readonly correlation_id?: string;
  readonly remedy: string;
  readonly [member: string]: unknown;
}

const REMOTE = 'problem';

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string';

/** The host's problem as an error of ours. A code that only a newer host knows keeps its name in {@link problemOf}. */
export function errorOf(problem: Problem, status: number): EucoraError {
  const unknown = status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : 'INTERNAL';
  return new EucoraError(isCode(problem.code) ? problem.code : unknown, {
    what: problem.detail ?? problem.title ?? `the host answered ${status}`,
    ...(problem.remedy ? { remedy: problem.remedy } : {}),
    errorClass: (problem.error_class as ErrorClass | undefined) ?? classOfStatus(status),
    statusCode: status,
    details: { [REMOTE]: problem },
  });
}

/** The error for programs: the host's own words where they came from the host. */
export function problemOf(error: EucoraError): Problem {
  const { [REMOTE]: remote, ...details } = error.details;
  return {
    title: CATALOGUE[error.code].meaning,
    status: error.statusCode,
    detail: error.message,
    code: error.code,
    status_code: error.statusCode,
    error_class: error.errorClass,
    ...details,
    ...(isProblem(remote) ? remote : {}),
    remedy: error.remedy,
  };
}

interface Details {
  /** INPUT_INVALID: what is wrong with each field. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** RING_NOT_READY, GATE_DENIED: what is not met. */
  readonly gates?: readonly { readonly gate: string; readonly reasons: readonly string[] }[];
}

/** Every single complaint that came with the problem, one line each. */
export function complaintsOf(error: EucoraError): readonly string[] {
  const { fields = [], gates = [] } = (problemOf(error).details ?? {}) as Details;
  return [
    ...fields.map(({ path, message }) => `${path}: ${message}`),
    ...gates.flatMap(({ gate, reasons = [] }) => reasons.map((reason) => `${gate}: ${reason}`)),
  ];
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code);
