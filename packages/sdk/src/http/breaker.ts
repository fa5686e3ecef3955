import CircuitBreaker from 'opossum';

import { EucoraError } from '../errors.js';
import type { BreakerOptions, BreakerState } from './plane-http.js';

/** What an attempt tells about the health of its host. `unclear`: it was told to slow down, or we stopped listening. */
export type Verdict = 'answered' | 'failed' | 'unclear';

/** While all trials are on their way, others are asked to come back after this time. Milliseconds. */
const TRIALS_GOING_MS = 1_000;
/** Opossum half-opens by a timer of its own; ours runs on the hub's clock, so its is put off as far as a timer can be. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * A circuit of opossum, which counts failures in percent of a time window and lets one trial through, taught to count consecutive
 * failures, to follow the hub's clock and to ask for several trials. One per target host.
 */
export class Breaker {
  readonly #host: string;
  readonly #failures: number;
  readonly #resetMs: number;
  readonly #trials: number;
  readonly #circuit: CircuitBreaker<[() => Promise<unknown>]>;
  #consecutive = 0;
  #openedAt = 0;
  #trialsGoing = 0;
  #trialsPassed = 0;
  #onTrial = false;
  /** Rises with each change of state, so that stragglers from before it are not counted. */
  #era = 0;

  constructor(host: string, { failures = 5, resetMs = 60_000, trials = 3 }: BreakerOptions = {}) {
    this.#host = host;
    this.#failures = failures;
    this.#resetMs = resetMs;
    this.#trials = trials;
    this.#circuit = new CircuitBreaker((send: () => Promise<unknown>) => send(), {
      name: host,
      timeout: false,
      resetTimeout: NEVER_MS,
      volumeThreshold: Number.MAX_SAFE_INTEGER,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
  }

  get state(): BreakerState {
    if (this.#circuit.opened) return 'open';
    return this.#onTrial ? 'half_open' : 'closed';
  }

  /**
   * Sends unless the host is being left alone.
   *
   * @param now milliseconds, asked again when the sending has ended
   * @param verdictOf judges what `send` threw
   * @throws EucoraError `CIRCUIT_OPEN` with `retryAfterMs`
   */
  async guard<T>(now: () => number, send: () => Promise<T>, verdictOf: (thrown: unknown) => Verdict): Promise<T> {
    this.refuseIfOpen(now());
    const era = this.#era;
    if (this.#onTrial) this.#trialsGoing += 1;
    try {
      const sent = await this.#circuit.fire(send);
      this.#judge('answered', era, now);
      return sent as T;
    } catch (thrown) {
      this.#judge(verdictOf(thrown), era, now);
      throw thrown;
    }
  }

  /** Also asked before a request waits for its turn: waiting for a host that is left alone helps nobody. */
  refuseIfOpen(now: number): void {
    if (this.#circuit.opened) {
      // A clock that was set back must not keep it open for longer than its time.
      this.#openedAt = Math.min(this.#openedAt, now);
      const waitMs = this.#openedAt + this.#resetMs - now;
      if (waitMs > 0) throw this.#refusal(waitMs);
      this.#halfOpen();
    }
    if (this.#onTrial && this.#trialsGoing + this.#trialsPassed >= this.#trials) throw this.#refusal(TRIALS_GOING_MS);
  }

  shutdown(): void {
    this.#circuit.shutdown();
  }

  #judge(verdict: Verdict, era: number, now: () => number): void {
    if (era !== this.#era) return;
    if (this.#onTrial) this.#trialsGoing -= 1;
    if (verdict === 'failed') this.#countFailure(now());
    if (verdict === 'answered') this.#countAnswer();
  }

  #countFailure(now: number): void {
    this.#consecutive += 1;
    if (!this.#onTrial && this.#consecutive < this.#failures) return;
    this.#circuit.open();
    this.#openedAt = now;
    this.#onTrial = false;
    this.#era += 1;
  }

  #countAnswer(): void {
    this.#consecutive = 0;
    if (!this.#onTrial) return;
    this.#trialsPassed += 1;
    if (this.#trialsPassed < this.#trials) return;
    this.#onTrial = false;
    this.#era += 1;
  }

  #halfOpen(): void {
    this.#circuit.close();
    this.#onTrial = true;
    this.#trialsGoing = 0;
    this.#trialsPassed = 0;
    this.#era += 1;
  }

  #refusal(retryAfterMs: number): EucoraError {
    return new EucoraError('CIRCUIT_OPEN', {
      what: `${this.#host} failed ${this.#failures} times in a row and is left alone.`,
      retryAfterMs,
      details: { host: this.#host },
    });
  }
}
