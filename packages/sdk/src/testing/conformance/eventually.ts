import assert from 'node:assert/strict';
import { isEucoraError } from '../../errors.js';

/**
 * Does something again while it fails for reasons that pass, as the engine would.
 *
 * @param between called after each failure with milliseconds to wait: what the other side asked for, else 1 s and twice as
 *   much each time, 64 s at most
 * @throws what was thrown, unless it is an EucoraError of class `transient`; the last one after 20 tries
 */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  between: (ms: number) => Promise<void> = async () => {},
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (cause) {
      assert.ok(isEucoraError(cause), `what a verb throws must be an EucoraError, not ${String(cause)}`);
      if (cause.errorClass !== 'transient' || tries === 20) throw cause;
      await between(cause.retryAfterMs ?? 1_000 * 2 ** Math.min(tries - 1, 6));
    }
  }
}
