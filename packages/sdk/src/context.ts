import type { SecretProvider } from './secret-provider.js';
import type { Sha256 } from './vocabulary.js';

/** Structured, one object a line; the correlation id is already bound. Never pass a secret: masking is a net, not a plan. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Artifacts by content. Opening may be repeated; each call gives a fresh stream from the first byte. */
export interface Artifacts {
  /** @throws EucoraError `ARTIFACT_NOT_FOUND` */
  open(sha256: Sha256): Promise<AsyncIterable<Uint8Array>>;
}

/** One request to a plane, as the audit trail keeps it. No body, no query, no credential. */
export interface PlaneRequestRecord {
  readonly plane: string;
  readonly method: string;
  /** Host and path; the query is left out because some planes carry signatures in it. */
  readonly target: string;
  /** Absent when no answer came. */
  readonly statusCode?: number;
  readonly errorClass?: string;
  /** Milliseconds, the wait for a retry excluded. */
  readonly durationMs: number;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** What the hub hands to every call of a plugin. */
export interface Context {
  readonly correlationId: string;
  readonly tenantId: string;
  /** Who asked: the verified subject, or `system` for a schedule. */
  readonly actor: string;
  /** Ends when the hub stops waiting. Pass it on to every call that can be stopped. */
  readonly signal: AbortSignal;
  /** True while a plan is made: whatever would change a plane is refused by the HTTP client. */
  readonly readOnly: boolean;
  /** Nobody waits for this (reconcile, inventory): a quarter of the plane's budgets and connections is left to work that is waited for. */
  readonly background?: boolean;
  now(): Date;
  /** Waits on the hub's clock (virtual in tests). Rejects when {@link signal} ends. @param ms milliseconds */
  sleep(ms: number): Promise<void>;
  readonly log: Log;
  readonly secrets: SecretProvider;
  readonly artifacts: Artifacts;
  /** Called once per HTTP request to a plane. `sdk/http` does it for you. */
  audit(record: PlaneRequestRecord): void;
}
