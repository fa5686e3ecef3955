import type { Context } from '../context.js';

/**
 * The time of one logical request. A real timer bounds what the network does; waits run on the context's clock and are taken off the
 * time that is left, so that a virtual clock cannot stretch a request for ever.
 */
export class Deadline {
  /** Ends with the time or with the context, whichever is first. The only thing that stops a body dripped byte by byte. */
  readonly signal: AbortSignal;
  readonly totalMs: number;
  readonly #ctx: Context;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #ended: Promise<never> | undefined;
  #waitedElsewhere = 0;

  constructor(ctx: Context, totalMs: number) {
    this.#ctx = ctx;
    this.totalMs = totalMs;
    this.signal = this.#end.signal;
    this.#timer = setTimeout(() => this.#end.abort(), totalMs);
    follow(ctx.signal, this.#end);
  }

  get leftMs(): number {
    return this.totalMs - (performance.now() - this.#started) - this.#waitedElsewhere;
  }

  async sleep(ms: number): Promise<void> {
    const before = performance.now();
    await this.race(this.#ctx.sleep(ms));
    this.#waitedElsewhere += Math.max(0, ms - (performance.now() - before));
  }

  /** The work's outcome, or a rejection when the time ends first; the work itself is not stopped. */
  race<T>(work: Promise<T>): Promise<T> {
    this.#ended ??= rejectionAt(this.signal);
    return Promise.race([work, this.#ended]);
  }

  close(): void {
    clearTimeout(this.#timer);
    followers.get(this.#ctx.signal)?.delete(this.#end);
  }
}

/**
 * The requests that a context's signal ends. It has one listener for all of them: a signal with many listeners warns of a leak, and
 * `AbortSignal.any` costs more than all the rest of a deadline.
 */
const followers = new WeakMap<AbortSignal, Set<AbortController>>();

function follow(signal: AbortSignal, request: AbortController): void {
  if (signal.aborted) return request.abort(signal.reason);
  const requests = followers.get(signal) ?? new Set<AbortController>();
  if (!followers.has(signal)) {
    followers.set(signal, requests);
    signal.addEventListener('abort', () => requests.forEach((one) => one.abort(signal.reason)), { once: true });
  }
  requests.add(request);
}

function rejectionAt(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  ended.catch(() => undefined); // nobody may be racing when it comes
  return ended;
}
