import type { Doubt, DoneAt, Journal, Operation, Refs } from '../execution-plane.js';

export interface MemoryJournal extends Journal {
  readonly recent: readonly DoneAt[];
  /** Operations that were done, in order. */
  readonly finished: readonly Operation[];
  /** What is left of the memory when it is lost: nothing. */
  forget(): void;
}

/** A journal as the engine keeps it, in memory: hand the same one to the next call and nothing is forgotten. */
export function memoryJournal(
  options: { readonly now?: () => Date; readonly refs?: Refs; readonly doubts?: readonly Doubt[] } = {},
): MemoryJournal {
  const now = options.now ?? (() => new Date());
  let refs: Refs = { ...options.refs };
  let finished: Operation[] = [];
  let recent: DoneAt[] = [];
  const doubts = new Map((options.doubts ?? []).map((doubt) => [doubt.key, doubt]));

  return {
    get refs() {
      return refs;
    },
    get doubts() {
      return [...doubts.values()];
    },
    get recent() {
      return recent;
    },
    get finished() {
      return finished;
    },
    async started({ key, kind }) {
      doubts.set(key, { key, kind, startedAt: now().toISOString() });
    },
    async done(operation, named) {
      doubts.delete(operation.key);
      refs = { ...refs, ...named };
      finished.push(operation);
      recent.push({ key: operation.key, at: now().toISOString() });
    },
    forget() {
      refs = {};
      finished = [];
      recent = [];
      doubts.clear();
    },
  };
}
