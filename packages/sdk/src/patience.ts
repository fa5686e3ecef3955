import type { Context } from './context.js';
import { EucoraError } from './errors.js';

/** How something is waited for that a plane does in its own time. */
export interface Patience {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Milliseconds altogether. */
  readonly patienceMs: number;
}

/** Looks until there is something to see. @returns nothing when that never came */
export async function lookFor<Seen>(
  ctx: Context,
  { everyMs, patienceMs }: Patience,
  look: () => Promise<Seen | undefined>,
): Promise<Seen | undefined> {
  const end = ctx.now().getTime() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || ctx.now().getTime() >= end) return seen;
    await ctx.sleep(everyMs);
  }
}

/**
 * Looks until there is something to see. When the time is over the run is told to come back later.
 *
 * @param patience.waitingFor for the error: `job 42 to end`
 * @throws EucoraError `DEADLINE_EXCEEDED`
 */
export async function until<Seen>(
  ctx: Context,
  patience: Patience & { readonly waitingFor: string },
  look: () => Promise<Seen | undefined>,
): Promise<Seen> {
  const seen = await lookFor(ctx, patience, look);
  if (seen !== undefined) return seen;
  throw new EucoraError('DEADLINE_EXCEEDED', {
    what: `waited ${Math.round(patience.patienceMs / 1000)} s for ${patience.waitingFor}`,
  });
}
