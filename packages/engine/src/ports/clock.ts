/** The engine's only sense of time, so that tests can own it. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it ends first. @param ms milliseconds */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
