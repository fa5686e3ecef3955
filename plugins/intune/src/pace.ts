import type { Context } from '@eucora/sdk';

/** What Microsoft grants one application in one tenant (Graph documentation, "Intune service limits"). Writes have a limit of their own. */
const LIMITS = [
  { service: /\/deviceAppManagement\//, requests: 1_000, perMs: 20_000 },
  { service: /\/deviceManagement\/managedDevices/, requests: 2_000, perMs: 20_000 },
];

export interface Pace {
  /** Waits until so many requests may go. The turns are taken at once, so nobody is overtaken. */
  turn(ctx: Context, urls: readonly string[]): Promise<void>;
}

/**
 * Keeps the services of Intune within their limits where the HTTP client cannot: to that a `$batch` of twenty is one request, to
 * Microsoft it is twenty.
 */
export function pace(): Pace {
  const windows = LIMITS.map((limit) => ({ service: limit.service, book: slidingWindow(limit) }));
  return {
    async turn(ctx, urls) {
      const now = ctx.now().getTime();
      const at = windows.reduce((latest, { service, book }) => {
        const count = urls.filter((url) => service.test(url)).length;
        return count === 0 ? latest : Math.max(latest, book(now, count));
      }, now);
      if (at > now) await ctx.sleep(at - now);
    },
  };
}

/** Books so many turns at the first moment that has room for all of them. @returns that moment, milliseconds since 1970 */
function slidingWindow({ requests, perMs }: { readonly requests: number; readonly perMs: number }) {
  let taken: number[] = [];
  let seen = -Infinity;
  return (now: number, count: number): number => {
    // A clock that is set back must not make everybody wait for it to catch up.
    if (now < seen) taken = taken.map((at) => at - (seen - now));
    seen = now;
    const toLeave = taken[taken.length - requests + count - 1];
    const at = Math.max(now, taken.at(-1) ?? now, toLeave === undefined ? now : toLeave + perMs);
    taken = [...taken, ...new Array<number>(count).fill(at)].slice(-requests);
    return at;
  };
}
