import type { HeldPolicy } from './held.js';

/** Computers that ran a policy with success since it was let loose. */
export interface FinishedRuns {
  has(policy: HeldPolicy, computer: string): boolean;
  add(policy: HeldPolicy, computer: string): void;
}

/**
 * What runs once on each computer and has run is not asked for again: of a hundred thousand logs only those that can still say something
 * new are read. A number for each computer is all that is kept, and it is forgotten when the policy starts anew, or with the connection.
 */
export function finishedRuns(): FinishedRuns {
  const known = new Map<string, { readonly since: string | undefined; readonly computers: Set<number> }>();
  return {
    has({ id, marked: { since } }, computer) {
      const one = known.get(id);
      return one !== undefined && one.since === since && one.computers.has(Number(computer));
    },
    add({ id, frequency, marked: { since } }, computer) {
      if (frequency === 'Ongoing') return;
      const one = known.get(id);
      if (one?.since === since) one?.computers.add(Number(computer));
      else known.set(id, { since, computers: new Set([Number(computer)]) });
    },
  };
}
