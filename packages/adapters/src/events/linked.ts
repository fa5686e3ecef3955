import { linkWithForm, type StoredEvent } from '@eucora/engine';
import type { Choice } from './choose.js';
import type { Head } from './rows.js';

/** A flush on its way: what would be stored, and by which event it is known. */
export interface Flush {
  readonly choice: Choice;
  /** What the database is given. */
  readonly rows: readonly string[];
  /** What each is told. */
  readonly stored: readonly (readonly StoredEvent[])[];
  readonly last: Head;
}

/** What was chosen as the next links of the chain. */
export function linked(choice: Choice, from: Head, now: Date): Flush {
  const createdAt = now.toISOString();
  const rows: string[] = [];
  const stored: StoredEvent[][] = [];
  let last = from;
  for (const { request } of choice.taken) {
    const own: StoredEvent[] = [];
    for (const { stream, expectedVersion, events } of request.writes) {
      let version = expectedVersion;
      for (const one of events) {
        const { event, form } = linkWithForm(one, { stream, version: ++version, createdAt }, last, one.canonical);
        rows.push(`${form.slice(0, -1)},"hash":"${event.hash}"}`);
        own.push(event);
        last = event;
      }
    }
    stored.push(own);
  }
  return { choice, rows, stored, last };
}
