import type { NewEvent } from '../ports/event-store.js';
import type { Storage } from '../ports/storage.js';

/** An adapter as the suites need it. Started once a suite; the tests keep apart by names of their own. */
export interface StorageUnderTest {
  readonly storage: Storage;
  /** Lets so many milliseconds pass on the clock that the adapter goes by. */
  later(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export type GivenStorage = () => Promise<StorageUnderTest>;

let names = 0;

/** A name that no other test uses. */
export const fresh = (what: string): string => `${what}-${process.pid}-${++names}`;

export const happened = (data: unknown = { n: 1 }, correlationId = 'correlation-1'): NewEvent => ({
  type: 'SOMETHING_HAPPENED',
  data,
  correlationId,
  actor: 'tester',
});

/** For `assert.rejects`. */
export const withCode = (code: string) => (error: unknown) => (error as { code?: unknown }).code === code;
