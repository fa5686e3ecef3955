import type { Heartbeat } from './connector.js';
import type { Context } from './context.js';
import { reasonOf } from './errors.js';

/**
 * The answer of {@link Connector.check}: asks something small, and makes an answer of what went wrong as well.
 *
 * @param probe says for a person what answered; throws what did not and why
 */
export async function heartbeat(ctx: Context, probe: () => Promise<string>): Promise<Heartbeat> {
  const started = ctx.now();
  const beat = (healthy: boolean, detail: string): Heartbeat => ({
    healthy,
    detail,
    latencyMs: ctx.now().getTime() - started.getTime(),
    checkedAt: started.toISOString(),
  });
  try {
    return beat(true, await probe());
  } catch (cause) {
    return beat(false, reasonOf(cause));
  }
}
