import { isEucoraError } from '@eucora/sdk';
import type { EventStore, NewEvent } from '@eucora/engine';

/** Appends to one stream that every host writes to, one event after the other. */
export type Trail = (event: NewEvent) => Promise<void>;

const TRIES = 20;

/**
 * Nobody folds such a stream, so nobody reads its version first: a first guess that is wrong is told the right one.
 *
 * @throws EucoraError what the store says
 */
export function trail(events: Pick<EventStore, 'append'>, stream: string): Trail {
  let version = 0;
  let last: Promise<unknown> = Promise.resolve();

  const append = async (event: NewEvent): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await events.append({ writes: [{ stream, expectedVersion: version, events: [event] }] });
        version += 1;
        return;
      } catch (cause) {
        if (tries === TRIES || !isEucoraError(cause) || cause.code !== 'VERSION_CONFLICT') throw cause;
        version = Number(cause.details['actual_version']);
      }
    }
  };
  return (event) => {
    const done = last.then(() => append(event));
    last = done.catch(() => undefined);
    return done;
  };
}
