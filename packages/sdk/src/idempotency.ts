import { canonicalJson, sha256Hex } from './canonical.js';

export interface IdempotencyKey {
  /** `intune:deploy_app:abc123def456`, for people. */
  readonly short: string;
  /** 64 hex characters over connector, operation and parameters; this one is compared. */
  readonly full: string;
}

/** The key of a write: same connector, operation and parameters, same key. @param params plain JSON */
export function idempotencyKey(connector: string, operation: string, params: unknown): IdempotencyKey {
  const digest = sha256Hex(canonicalJson(params));
  return {
    short: `${connector}:${operation}:${digest.slice(0, 12)}`,
    full: sha256Hex(`${connector}:${operation}:${digest}`),
  };
}
