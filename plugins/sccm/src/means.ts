import { EucoraError, packageKey, type Context, type Known, type Order } from '@eucora/sdk';
import type { AdminService } from './admin-service.js';
import type { Authoring } from './authoring.js';
import type { SccmConfig } from './config.js';
import type { HeldApplication, SccmState } from './held.js';
import { applicationOf } from './operations.js';

/** What operations are done with. */
export interface Means {
  readonly service: AdminService;
  readonly authoring: Authoring;
  readonly config: SccmConfig;
}

/** What is known while one is done. */
export type Seen = Known & { readonly observed: SccmState };

const LOOK_AGAIN_MS = 1_000;

/** Looks as long as the site may not show what it accepted. */
export async function showsWithin(ctx: Context, config: SccmConfig, look: () => Promise<boolean>): Promise<boolean> {
  const end = ctx.now().getTime() + config.consistencyMs;
  while (!(await look())) {
    if (ctx.now().getTime() >= end) return false;
    await ctx.sleep(Math.min(LOOK_AGAIN_MS, end - ctx.now().getTime()));
  }
  return true;
}

export function applicationThatIsThere(observed: SccmState, order: Order): HeldApplication {
  const held = applicationOf(observed, order.package.version);
  if (!held) throw notShown(`the application of ${packageKey(order.package)}`);
  return held;
}

export const notShown = (what: string) =>
  new EucoraError('PLANE_NOT_CONVERGING', { what: `SCCM does not show ${what} yet` });
