import { canonicalJson, sha256Hex } from '@eucora/sdk';
import type { NewEvent, StoredEvent } from './ports/event-store.js';

/** What the first event of a store points back to. */
export const GENESIS_HASH = '0'.repeat(64);

type Unhashed = Omit<StoredEvent, 'hash'>;

/**
 * The RFC 8785 form of everything that the store keeps of an event, the hash before it included. Its keys stand here in
 * their order; a test holds it against the general function.
 *
 * @param data the form of the event's data, for whoever has it already
 */
export const canonicalEvent = (event: Unhashed, data = canonicalJson(event.data)): string =>
  `{"actor":${JSON.stringify(event.actor)},"correlation_id":${JSON.stringify(event.correlationId)}` +
  `,"created_at":"${event.createdAt}","event_data":${data},"event_type":${JSON.stringify(event.type)}` +
  `,"position":${event.position},"prev_hash":"${event.prevHash}","stream":${JSON.stringify(event.stream)}` +
  `,"version":${event.version}}`;

/** SHA-256 over {@link canonicalEvent}. */
export const hashOf = (event: Unhashed): string => sha256Hex(canonicalEvent(event));

/** The event as the next link after `prev`. */
export const link = (
  event: NewEvent,
  at: { readonly stream: string; readonly version: number; readonly createdAt: string },
  prev: { readonly position: number; readonly hash: string },
): StoredEvent => linkWithForm(event, at, prev, canonicalJson(event.data)).event;

/** {@link link} for whoever has the canonical form of the data, and wants that of the event. */
export function linkWithForm(
  { type, data, correlationId, actor }: NewEvent,
  { stream, version, createdAt }: { readonly stream: string; readonly version: number; readonly createdAt: string },
  prev: { readonly position: number; readonly hash: string },
  dataForm: string,
): { readonly event: StoredEvent; readonly form: string } {
  const position = prev.position + 1;
  const unhashed = { type, data, correlationId, actor, stream, version, createdAt, position, prevHash: prev.hash };
  const form = canonicalEvent(unhashed, dataForm);
  return { event: { ...unhashed, hash: sha256Hex(form) }, form };
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
