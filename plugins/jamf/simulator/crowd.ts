import { chanceOf, type Answer, type SimulatorRequest } from '@eucora/sdk/testing';
import { refusal } from './answers.js';

/** Connections that Jamf asks its clients to stay within. */
const FRIENDLY = 5;
/** Of what comes beyond. Half of it is only slow. */
const REFUSED = 0.5;
/** Real milliseconds. */
const SLOW_MS = 50;

export interface Crowd {
  /** The most requests that were in work at one moment. */
  readonly peak: number;
  /** Lets a request in, slowly where there are too many; an answer sends it away. */
  enter(request: SimulatorRequest): Promise<Answer | undefined>;
  leave(): void;
}

/**
 * There is no limiter and no Retry-After: a crowd is slow, and some of it meets 409, 500 or 503.
 *
 * @param latencyMs real milliseconds that a request is in work; without any no two ever are at the same time
 */
export function crowd(seed: number, latencyMs: number): Crowd {
  let inside = 0;
  let peak = 0;
  let entered = 0;
  return {
    get peak() {
      return peak;
    },
    async enter(request) {
      inside += 1;
      const turn = (entered += 1);
      peak = Math.max(peak, inside);
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      if (inside <= FRIENDLY) return undefined;
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      if (chanceOf(seed, turn, 'crowd') >= REFUSED) return undefined;
      const status = [409, 500, 503][Math.floor(chanceOf(seed, turn, 'status') * 3)]!;
      return refusal(request, status, 'CROWDED', 'Unable to update the database');
    },
    leave: () => void (inside -= 1),
  };
}
