import { toEucoraError } from '@eucora/sdk';
import type { Logger } from 'pino';
import type { Trail } from './trail.js';

export interface AdminAction {
  /** `connector.enable`. */
  readonly action: string;
  /** What it is done to: the id of a connector. */
  readonly target: string;
  readonly actor: string;
  readonly correlationId: string;
}

/** Does the work between two events. */
export type Audited = <Done>(what: AdminAction, work: () => Promise<Done>) => Promise<Done>;

/**
 * `ADMIN_ACTION` is recorded before it is done, and again with what came of it. What cannot be recorded is not done; an
 * outcome that cannot be recorded is logged, for the work stands by then.
 */
export const adminActions =
  (trail: Trail, log: Pick<Logger, 'error'>): Audited =>
  async ({ action, target, actor, correlationId }, work) => {
    const record = (outcome: object) =>
      trail({ type: 'ADMIN_ACTION', data: { action, target, ...outcome }, actor, correlationId });
    const recordEnd = (outcome: object) =>
      record(outcome).catch((cause: unknown) =>
        log.error({ correlation_id: correlationId, action, target, actor, ...outcome, err: cause }, 'not recorded'),
      );

    await record({ outcome: 'asked' });
    try {
      const done = await work();
      await recordEnd({ outcome: 'done' });
      return done;
    } catch (cause) {
      const { code } = toEucoraError(cause);
      await recordEnd({ outcome: 'failed', code });
      throw cause;
    }
  };
