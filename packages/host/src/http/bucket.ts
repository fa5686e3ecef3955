import type { RateLimit } from '../config/host-config.js';

export interface Taken {
  readonly taken: boolean;
  /** Requests that would be let through now. */
  readonly left: number;
  /** Milliseconds until the next one is let through; 0 when one would be now. */
  readonly waitMs: number;
}

export interface Bucket {
  take(): Taken;
}

/**
 * Holds `burst` tokens and gets `perSecond` back a second. Nothing runs: what came back is counted when somebody takes.
 *
 * @param monotonic milliseconds that never go back
 */
export function bucket({ perSecond, burst }: RateLimit, monotonic: () => number): Bucket {
  let tokens = burst;
  let at = monotonic();
  return {
    take() {
      const now = monotonic();
      tokens = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond);
      at = now;
      const taken = tokens >= 1;
      if (taken) tokens -= 1;
      return { taken, left: Math.floor(tokens), waitMs: tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1_000 };
    },
  };
}
