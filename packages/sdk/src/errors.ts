import { CATALOGUE, type ErrorClass, type ErrorCode } from './error-catalogue.js';

/** Two copies of this package may meet in one process; the brand is the same in both, the class is not. */
const BRAND = Symbol.for('eucora.error');

export interface ErrorFields {
  /** What is wrong, with the names of the things concerned. No secrets. */
  readonly what: string;
  /** Overrides the catalogue's remedy where the place knows a better one. */
  readonly remedy?: string;
  /** Overrides the catalogue's class, where a vendor documents that its code means something else. */
  readonly errorClass?: ErrorClass;
  /** The HTTP status to report, when it is not the catalogue's. */
  readonly statusCode?: number;
  /** Milliseconds after which the other side wants to be asked again. */
  readonly retryAfterMs?: number;
  /** Plain JSON for programs: plane, object, vendor code. No secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every error that leaves one of our functions on purpose. Recognise it with {@link isEucoraError}. */
export class EucoraError extends Error {
  readonly code: ErrorCode;
  readonly errorClass: ErrorClass;
  readonly statusCode: number;
  readonly remedy: string;
  readonly retryAfterMs?: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, fields: ErrorFields) {
    super(fields.what, fields.cause === undefined ? undefined : { cause: fields.cause });
    const entry = CATALOGUE[code];
    this.name = 'EucoraError';
    this.code = code;
    this.errorClass = fields.errorClass ?? entry.errorClass;
    this.statusCode = fields.statusCode ?? entry.statusCode;
    this.remedy = fields.remedy ?? entry.remedy;
    if (fields.retryAfterMs !== undefined) this.retryAfterMs = fields.retryAfterMs;
    this.details = fields.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

export const isEucoraError = (value: unknown): value is EucoraError =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;

/** One line for a person, from anything that was thrown. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The same error if it is one of ours; otherwise `INTERNAL` around it. */
export const toEucoraError = (cause: unknown): EucoraError =>
  isEucoraError(cause) ? cause : new EucoraError('INTERNAL', { what: reasonOf(cause), cause });

/** SPEC section 4: what a status code means unless a vendor documents otherwise. */
export function classOfStatus(status: number): ErrorClass {
  if (status === 403) return 'policy_violation';
  if ([408, 425, 429].includes(status) || status >= 500) return 'transient';
  return 'permanent';
}
