import { findBreak, GENESIS_HASH, type ChainBreak } from './chain.js';
import type { EventStore } from './ports/event-store.js';

const PAGE = 1_000;

/** Reads the store from the first event to the last and recomputes every link. */
export async function verifyChain(
  events: EventStore,
): Promise<{ readonly events: number; readonly head: string; readonly broken?: ChainBreak }> {
  let prev = { position: 0, hash: GENESIS_HASH };
  for (;;) {
    const page = await events.readAll({ after: prev.position, limit: PAGE });
    const broken = findBreak(page, prev);
    if (broken) return { events: prev.position, head: prev.hash, broken };
    const last = page.at(-1);
    if (!last) return { events: prev.position, head: prev.hash };
    prev = { position: last.position, hash: last.hash };
  }
}
