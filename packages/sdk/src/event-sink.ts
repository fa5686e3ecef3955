import type { Context } from './context.js';

/** An audit event as it leaves the hub. Wire names, so that a SIEM query reads like our API. */
export interface AuditEvent {
  /** Place in the one chain, from 1, without gaps. */
  readonly position: number;
  readonly correlation_id: string;
  readonly event_type: string;
  readonly event_data: unknown;
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  /** SHA-256, hex, over the RFC 8785 form of this event and `prev_hash`. */
  readonly hash: string;
  readonly prev_hash: string;
}

/** Ships events out, at least once and in order. */
export interface EventSink {
  /** Returns when the receiver has taken them all. Throwing means: none is known to be taken, send the same batch again. */
  ship(ctx: Context, events: readonly AuditEvent[]): Promise<void>;
}
