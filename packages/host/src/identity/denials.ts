import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { ANYBODY, type Identity } from './identity.js';
import type { Trail } from './trail.js';

/** Somebody was not let in. */
export interface Denial {
  /** Absent: nobody could be made out. */
  readonly identity?: Identity;
  readonly method: string;
  /** The route's, with its parameters as names: never what the caller put there. */
  readonly path: string;
  readonly permission?: string;
  /** A class: `expired`. Nothing of the credential. */
  readonly reason: string;
  readonly correlationId: string;
}

export interface Denials {
  /** Never fails, so that a refusal stays a refusal: what cannot be recorded is logged. */
  record(denial: Denial): Promise<void>;
}

/** Of one subject, and of all who are nobody together. The rest is counted in the next event. */
const A_MINUTE = 30;
const MINUTE_MS = 60_000;
const REMEMBERED = 10_000;

interface Count {
  from: number;
  recorded: number;
  leftOut: number;
}

/**
 * `ACCESS_DENIED` in the audit trail, so few that nobody can fill it.
 *
 * @param monotonic milliseconds
 */
export function denials(trail: Trail, log: Pick<Logger, 'error'>, monotonic: () => number): Denials {
  const counts = new Map<string, Count>();

  const countOf = (subject: string): Count => {
    const count = counts.get(subject) ?? { from: monotonic(), recorded: 0, leftOut: 0 };
    if (monotonic() - count.from >= MINUTE_MS) Object.assign(count, { from: monotonic(), recorded: 0 });
    counts.delete(subject);
    counts.set(subject, count);
    if (counts.size > REMEMBERED) counts.delete(counts.keys().next().value!);
    return count;
  };

  return {
    async record({ identity, method, path, permission, reason, correlationId }) {
      const actor = identity?.subject ?? ANYBODY.subject;
      const count = countOf(actor);
      if (count.recorded >= A_MINUTE) return void count.leftOut++;

      const leftOut = count.leftOut;
      count.recorded++;
      count.leftOut = 0;
      const data = {
        method,
        path,
        reason,
        ...(permission && { permission }),
        ...(leftOut > 0 && { left_out: leftOut }),
      };
      // Nobody gets to write into the history of a rollout by naming its correlation id.
      const event = { type: 'ACCESS_DENIED', data, actor, correlationId: identity ? correlationId : randomUUID() };
      await trail(event).catch((cause: unknown) => {
        count.leftOut += leftOut + 1;
        log.error({ correlation_id: correlationId, subject: actor, ...data, err: cause }, 'a denial was not recorded');
      });
    },
  };
}
