/** Higher goes first. */
export const PRIORITY = { rollback: 30, publish: 20, reconcile: 10 } as const;

/** A key that wants attention. There is one job a key: putting it again moves it forward, never doubles it. */
export interface NewJob {
  /** `publish:{correlation id}:{plane}`, `reconcile:{intent id}`, … */
  readonly key: string;
  readonly priority: number;
  /** Milliseconds from now by the queue's clock. Default 0. */
  readonly delayMs?: number;
}

export interface ClaimedJob {
  readonly key: string;
  readonly priority: number;
  /** Grows with every claim of this key. Give it as {@link Fence} with every append. */
  readonly token: number;
  /** Claims since the job was put or last completed, this one included; counts crashes too. */
  readonly attempt: number;
}

export interface Completion {
  readonly key: string;
  readonly token: number;
  /** Look again after so many milliseconds. Without it the key is done, unless it was put again meanwhile. */
  readonly againMs?: number;
  /** Keeps counting attempts: the work failed and comes back. */
  readonly failed?: boolean;
}

/** Jobs that a claim leaves where they are, by how their keys begin or end. */
export interface PassOver {
  readonly startingWith: readonly string[];
  readonly endingWith: readonly string[];
}

/**
 * What waits to be looked at. The record is durable; wake-ups are hints and may be lost.
 *
 * A claimed job whose lease ends is handed out again with a higher token. The clock is the queue's (the database's), so
 * that a host with a wrong clock steals nothing.
 */
export interface Queue {
  put(jobs: readonly NewJob[]): Promise<void>;
  /** Jobs that are due, highest priority first, then the oldest. */
  claim(request: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly prefix?: string;
    readonly passOver?: PassOver;
  }): Promise<readonly ClaimedJob[]>;
  /** False for a claim that has been lost meanwhile. */
  renew(claim: Pick<ClaimedJob, 'key' | 'token'>, leaseMs: number): Promise<boolean>;
  /** Completions of lost claims are passed over. */
  complete(completions: readonly Completion[]): Promise<void>;
  /** Milliseconds until the next job is due; undefined when nothing waits. */
  nextDueMs(passOver?: PassOver): Promise<number | undefined>;
  /** Called when something was put. @returns a function that ends it */
  onPut(listener: () => void): () => void;
}
