export interface Held {
  readonly name: string;
  /** Grows with every new holder. */
  readonly token: number;
}

/** Exclusive hold on a name across hosts, for a time, by the database's clock. */
export interface Lease {
  /** Nothing when somebody else holds it. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Held | undefined>;
  /** False when it was lost. */
  renew(held: Held, ttlMs: number): Promise<boolean>;
  /** Releasing what was lost does nothing. */
  release(held: Held): Promise<void>;
}
