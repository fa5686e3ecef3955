import type { RunState } from './fold.js';
import type { Parts } from './parts.js';
import type { StepName } from './run.js';

const WRITING: ReadonlySet<StepName> = new Set(['publish', 'assign']);
const TRY_AGAIN_MS = 500;

/**
 * Two runs for one application on one plane never write at the same time: each would see the other's half-done work as
 * something to put right. Steps that only read go on.
 *
 * @returns what the step returned, or how long to wait when another run holds the application
 */
export async function withPlaneHeld<Value>(
  parts: Parts,
  { step, order }: Pick<RunState, 'step' | 'order'>,
  holder: string,
  work: () => Promise<Value>,
): Promise<Value | number> {
  if (!step || !WRITING.has(step)) return work();
  return withApplicationHeld(parts, order.plane, order.package.name, holder, work);
}

export async function withApplicationHeld<Value>(
  parts: Parts,
  plane: string,
  application: string,
  holder: string,
  work: () => Promise<Value>,
): Promise<Value | number> {
  const { lease } = parts.storage;
  const { leaseMs } = parts.settings;
  const held = await lease.acquire(`application:${plane}:${application}`, holder, leaseMs);
  if (!held) return TRY_AGAIN_MS;

  const done = new AbortController();
  const renewing = (async () => {
    while (!done.signal.aborted) {
      await parts.clock.sleep(leaseMs / 3, done.signal);
      await lease.renew(held, leaseMs);
    }
  })().catch(() => {}); // Ends with the work; a lost lease shows at the next append, whose fence is stale.
  try {
    return await work();
  } finally {
    done.abort();
    await renewing;
    await lease.release(held);
  }
}
