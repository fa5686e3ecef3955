import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { EucoraError } from '../errors.js';
import { Breaker } from './breaker.js';
import { Budgets } from './budget.js';
import type { PlaneHttpOptions } from './plane-http.js';
import { Slots } from './slots.js';

const CONCURRENCY = 8;
/** An idle connection is dropped after this time, before most planes drop it: a request into a closing connection is lost. */
const IDLE_MS = 15_000;
/** Planes with upload hosts by the hundred (storage accounts) do not get to keep a breaker for each. */
const BREAKERS_KEPT = 64;

/** What the exchanges with one plane have in common: connections, slots, budgets, breakers. */
export class Line {
  readonly slots: Slots;
  readonly budgets: Budgets;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  #closed = false;
  readonly #breakers = new Map<string, Breaker>();

  constructor(
    readonly options: PlaneHttpOptions,
    /** Whether the plane's credentials and headers may go there. */
    readonly trusts: (address: URL) => boolean,
  ) {
    const { concurrency = CONCURRENCY, rate = [], tls } = options;
    this.slots = new Slots(concurrency);
    this.budgets = new Budgets(rate);
    const keep = { keepAlive: true, maxFreeSockets: concurrency, timeout: IDLE_MS };
    this.httpAgent = new HttpAgent(keep);
    this.httpsAgent = new HttpsAgent({ ...keep, ...tls });
  }

  readonly breakerOf = (host: string): Breaker => {
    const known = this.#breakers.get(host);
    if (known) return known;
    this.#forgetOne();
    const breaker = new Breaker(host, this.options.breaker);
    this.#breakers.set(host, breaker);
    return breaker;
  };

  /** @throws EucoraError `NOT_CONNECTED` */
  refuseIfClosed(): void {
    if (this.#closed) throw new EucoraError('NOT_CONNECTED', { what: `${this.options.plane} was disconnected.` });
  }

  /** Idle connections go at once, busy ones when they have done their work. */
  close(): void {
    this.#closed = true;
    for (const breaker of this.#breakers.values()) breaker.shutdown();
    for (const agent of [this.httpAgent, this.httpsAgent]) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #forgetOne(): void {
    if (this.#breakers.size < BREAKERS_KEPT) return;
    for (const [host, breaker] of this.#breakers) {
      if (breaker.state !== 'closed') continue;
      breaker.shutdown();
      this.#breakers.delete(host);
      return;
    }
  }
}
