import { canonicalJson, sha256Hex } from '@eucora/sdk';
import type { NewEvent, StoredEvent } from './ports/event-store.js';

/** What the first event of a store points back to. */
export const GENESIS_HASH = '0'.repeat(64);

type Unhashed = Omit<StoredEvent, 'hash'>;

/** SHA-256 over the RFC 8785 form of everything that the store keeps of an event, the hash before it included. */
export const hashOf = (event: Unhashed): string =>
  sha256Hex(
    canonicalJson({
      position: event.position,
      stream: event.stream,
      version: event.version,
      correlation_id: event.correlationId,
      event_type: event.type,
      event_data: event.data,
      actor: event.actor,
      created_at: event.createdAt,
      prev_hash: event.prevHash,
    }),
  );

/** The event as the next link after `prev`. */
export function link(
  event: NewEvent,
  at: { readonly stream: string; readonly version: number; readonly createdAt: string },
  prev: { readonly position: number; readonly hash: string },
): StoredEvent {
  const unhashed: Unhashed = { ...event, ...at, position: prev.position + 1, prevHash: prev.hash };
  return { ...unhashed, hash: hashOf(unhashed) };
}

export type ChainBreak = { readonly position: number; readonly reason: string };

/**
 * Checks the next events of a chain. @param prev the last link that was checked; the start of the store by default
 * @returns the first event that does not fit, if any
 */
export function findBreak(
  events: Iterable<StoredEvent>,
  prev: { position: number; hash: string } = { position: 0, hash: GENESIS_HASH },
): ChainBreak | undefined {
  for (const event of events) {
    const expected = prev.position + 1;
    if (event.position !== expected) return { position: expected, reason: `missing: the next is ${event.position}` };
    if (event.prevHash !== prev.hash) return { position: expected, reason: 'does not follow from the event before it' };
    if (hashOf(event) !== event.hash) return { position: expected, reason: 'its content is not what was hashed' };
    prev = event;
  }
  return undefined;
}
