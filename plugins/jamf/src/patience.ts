import { EucoraError, type Context } from '@eucora/sdk';

export interface Patience {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Milliseconds altogether. */
  readonly patienceMs: number;
}

/** Looks until there is something to see; nothing when that never came. */
export async function lookFor<T>(
  ctx: Context,
  { everyMs, patienceMs }: Patience,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = ctx.now().getTime() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || ctx.now().getTime() >= end) return seen;
    await ctx.sleep(everyMs);
  }
}

export const notConverging = (what: string, details: Readonly<Record<string, unknown>> = {}) =>
  new EucoraError('PLANE_NOT_CONVERGING', { what, details });
