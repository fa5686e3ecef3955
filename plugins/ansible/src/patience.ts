import { EucoraError, type Context } from '@eucora/sdk';

export interface Patience {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Milliseconds altogether; then the run is told to come back later. */
  readonly patienceMs: number;
  /** For the error: "job 42 to end". */
  readonly waitingFor: string;
}

/** Looks until there is something to see. @throws EucoraError `DEADLINE_EXCEEDED` */
export async function until<T>(ctx: Context, patience: Patience, look: () => Promise<T | undefined>): Promise<T> {
  const end = ctx.now().getTime() + patience.patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (ctx.now().getTime() >= end) {
      throw new EucoraError('DEADLINE_EXCEEDED', {
        what: `waited ${Math.round(patience.patienceMs / 1000)} s for ${patience.waitingFor}`,
      });
    }
    await ctx.sleep(patience.everyMs);
  }
}
