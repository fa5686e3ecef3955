import type { ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { EucoraError } from '@eucora/sdk';
import type { RateLimit } from '../config/host-config.js';
import { bucket, type Bucket, type Taken } from './bucket.js';

/** How often one may ask. */
export interface RateLimits {
  /** @throws EucoraError `RATE_LIMITED` */
  take(of: { readonly subject: string } | { readonly address: string }, response: ServerResponse): void;
}

/** Buckets that are kept. One that was left out longest is full again long before its turn to be forgotten comes. */
const KEPT = 10_000;

/**
 * A bucket for each subject, and for requests of nobody one for each address they come from. The answer says how much is
 * left, by the IETF draft `RateLimit` header fields for HTTP.
 *
 * @param limit `perSecond: 0`: no limit, and no header
 * @param monotonic milliseconds
 */
export function rateLimits(limit: RateLimit, monotonic: () => number = () => performance.now()): RateLimits {
  if (limit.perSecond === 0) return { take: () => undefined };

  const [subjects, addresses] = [new Map<string, Bucket>(), new Map<string, Bucket>()];
  const { burst, perSecond } = limit;
  const policy = `"subject";q=${burst};w=${Math.max(1, Math.round(burst / perSecond))}`;

  const takenFrom = (buckets: Map<string, Bucket>, key: string): Taken => {
    const own = buckets.get(key) ?? bucket(limit, monotonic);
    buckets.delete(key);
    buckets.set(key, own);
    if (buckets.size > KEPT) buckets.delete(buckets.keys().next().value!);
    return own.take();
  };

  return {
    take(of, response) {
      const { taken, left, waitMs } =
        'subject' in of ? takenFrom(subjects, of.subject) : takenFrom(addresses, networkOf(of.address));
      const full = Math.ceil((burst - left) / perSecond);
      response.setHeader('RateLimit-Policy', policy);
      response.setHeader('RateLimit', `"subject";r=${left};t=${full}`);
      if (taken) return;
      const who = 'subject' in of ? of.subject : of.address;
      throw new EucoraError('RATE_LIMITED', {
        what: `${who} asks more than ${perSecond} times a second, and ${burst} at once`,
        retryAfterMs: Math.max(1, waitMs),
      });
    },
  };
}

/** One customer of IPv6 has a network of addresses, /64. */
export const networkOf = (address: string): string => {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const zeros = address.includes('::') ? 8 - left.length - right.length : 0;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':');
};
