import type { Context } from './context.js';

export type Capability = 'inventory' | 'push' | 'compliance' | 'rollback' | 'telemetry' | 'resources';

export interface Heartbeat {
  readonly healthy: boolean;
  /** For a person: what answered, or what did not and why. */
  readonly detail: string;
  /** Milliseconds until the answer. */
  readonly latencyMs: number;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
}

/**
 * Something outside the hub that we speak to.
 *
 * Any verb may be called twice with the same key. The second call finds the work done and says so; it neither
 * repeats it nor fails. The conformance suite holds you to this. Verbs called before `connect` fail with `NOT_CONNECTED`.
 */
export interface Connector {
  readonly capabilities: ReadonlySet<Capability>;
  /** Called once before the first verb, and again after `disconnect`. Takes hold of clients and credentials. */
  connect(ctx: Context): Promise<void>;
  /** Lets go of sockets and timers. Never fails because there is nothing to let go of. */
  disconnect(ctx: Context): Promise<void>;
  /** Proves that we may speak to it. Changes nothing. An unhealthy plane is an answer, not an exception. */
  check(ctx: Context): Promise<Heartbeat>;
}
