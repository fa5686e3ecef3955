import type { Clock } from '../clock.js';
import { json, type Answer } from './exchange.js';

export interface QuotaOptions {
  readonly requests: number;
  /** Length of the sliding window, milliseconds. */
  readonly perMs: number;
  readonly clock: Clock;
  /** The plane's own words for "too many". Default: a small JSON error. @param retryAfterSeconds whole seconds, at least 1 */
  readonly refuse?: (retryAfterSeconds: number) => Answer;
}

/** Lets so many requests through in any window of that length; the others are answered 429 with Retry-After. */
export function quota({ requests, perMs, clock, refuse = tooMany }: QuotaOptions) {
  const taken = new Map<string, number[]>();

  /** Nothing while there is room. @param who a bucket of its own for each name */
  return (who = ''): Answer | undefined => {
    const now = clock.now().getTime();
    const recent = (taken.get(who) ?? []).filter((at) => at > now - perMs);
    taken.set(who, recent);
    if (recent.length < requests) {
      recent.push(now);
      return undefined;
    }
    return refuse(Math.max(1, Math.ceil(((recent[recent.length - requests] ?? now) + perMs - now) / 1000)));
  };
}

const tooMany = (retryAfterSeconds: number) =>
  json(
    429,
    { error: { code: 'TooManyRequests', message: 'Too many requests' } },
    { 'retry-after': `${retryAfterSeconds}` },
  );
