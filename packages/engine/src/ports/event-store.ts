import type { NewJob } from './queue.js';
import type { ViewWrite } from './views.js';

/** What is to be remembered. */
export interface NewEvent {
  readonly type: string;
  /** Plain JSON. */
  readonly data: unknown;
  readonly correlationId: string;
  readonly actor: string;
}

export interface StoredEvent extends NewEvent {
  /** Place in the one chain of the whole store: from 1, gapless. */
  readonly position: number;
  readonly stream: string;
  /** Place in its stream: from 1, gapless. */
  readonly version: number;
  /** ISO 8601, UTC, milliseconds. The writer's clock: for people, never for order. */
  readonly createdAt: string;
  /** Lower-case hex SHA-256, see `chain.ts`. */
  readonly hash: string;
  readonly prevHash: string;
}

/** Events for one stream. Claiming a correlation id is appending with `expectedVersion: 0`. */
export interface StreamWrite {
  readonly stream: string;
  /** The version that the writer has read; 0: the stream must not exist yet. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Everything in it is stored, or nothing is. */
export interface Append {
  readonly writes: readonly StreamWrite[];
  /** Work to record in the same breath. */
  readonly jobs?: readonly NewJob[];
  readonly views?: readonly ViewWrite[];
  /** The job that this is written under: refused with `STALE_LEASE` when another worker holds it by now. */
  readonly fence?: Fence;
}

export interface Fence {
  readonly key: string;
  readonly token: number;
}

export interface ReadAll {
  /** Exclusive; 0 reads from the start. */
  readonly after?: number;
  readonly limit?: number;
  readonly correlationId?: string;
  readonly types?: readonly string[];
}

/**
 * The memory of the hub: append-only, one hash chain over everything.
 *
 * An append is acknowledged after it is durable, never before. Update and delete do not exist, and the database behind
 * an adapter refuses them.
 */
export interface EventStore {
  /**
   * @returns the stored events, in the order given
   * @throws EucoraError `VERSION_CONFLICT` (details: `stream`, `actual_version`) when a stream has moved on;
   *   `STALE_LEASE`; `STORAGE_FULL`; `STORAGE_UNAVAILABLE` (nothing is known to be stored: read before you repeat)
   */
  append(request: Append): Promise<readonly StoredEvent[]>;
  /** In order of version. Empty for a stream that does not exist. */
  readStream(stream: string, after?: number): Promise<readonly StoredEvent[]>;
  /** In order of position. `limit` defaults to 1,000. */
  readAll(request: ReadAll): Promise<readonly StoredEvent[]>;
  /** The last link. Position 0 and {@link GENESIS_HASH} for an empty store. */
  head(): Promise<{ readonly position: number; readonly hash: string }>;
}
