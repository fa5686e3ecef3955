import type { Context } from '../context.js';
import { EucoraError } from '../errors.js';
import type { Deadline } from './deadline.js';
import type { RateBudget } from './plane-http.js';

/**
 * Lets requests go when the plane's budgets allow. A turn is booked at once and waited for, so nobody is overtaken. Work that nobody waits
 * for has budgets of its own before these, three quarters as large: it can never use them up.
 */
export class Budgets {
  readonly #windows: Windows;
  readonly #background: Windows;

  constructor(budgets: readonly RateBudget[]) {
    this.#windows = windowsFor(budgets);
    this.#background = windowsFor(
      budgets.map((budget) => ({ ...budget, requests: Math.max(1, Math.floor(budget.requests * 0.75)) })),
    );
  }

  /** @throws EucoraError `DEADLINE_EXCEEDED`, at once, when the turn would come too late */
  async turn(ctx: Context, deadline: Deadline, writes: boolean): Promise<void> {
    if (ctx.background) await this.#turnIn(this.#background, ctx, deadline, writes);
    await this.#turnIn(this.#windows, ctx, deadline, writes);
  }

  async #turnIn({ all, reads }: Windows, ctx: Context, deadline: Deadline, writes: boolean): Promise<void> {
    const windows = writes ? all : reads;
    if (windows.length === 0) return;
    const now = ctx.now().getTime();
    const at = windows.reduce((latest, window) => Math.max(latest, window.nextTurn(now)), now);
    if (at - now > deadline.leftMs) {
      throw new EucoraError('DEADLINE_EXCEEDED', {
        what: 'The budget of requests to the plane is used up for longer than this request may take.',
        retryAfterMs: at - now,
      });
    }
    for (const window of windows) window.book(at);
    if (at > now) await deadline.sleep(at - now);
  }
}

interface Windows {
  readonly all: readonly Window[];
  readonly reads: readonly Window[];
}

function windowsFor(budgets: readonly RateBudget[]): Windows {
  const windows = budgets.map((budget) => ({ budget, window: new Window(budget) }));
  return {
    all: windows.map(({ window }) => window),
    reads: windows.filter(({ budget }) => !budget.writesOnly).map(({ window }) => window),
  };
}

/** A sliding window, as a ring of the times of the last `requests` turns. */
class Window {
  readonly #perMs: number;
  #turns: (number | undefined)[];
  #oldest = 0;
  #latest = -Infinity;
  #seen = -Infinity;

  constructor({ requests, perMs }: RateBudget) {
    this.#perMs = perMs;
    this.#turns = new Array<number | undefined>(requests).fill(undefined);
  }

  nextTurn(now: number): number {
    this.#followClock(now);
    const oldest = this.#turns[this.#oldest];
    return Math.max(now, this.#latest, oldest === undefined ? now : oldest + this.#perMs);
  }

  book(at: number): void {
    this.#turns[this.#oldest] = at;
    this.#oldest = (this.#oldest + 1) % this.#turns.length;
    this.#latest = at;
  }

  /** A clock that is set back must not make everybody wait for it to catch up. */
  #followClock(now: number): void {
    const back = this.#seen - now;
    if (back > 0 && Number.isFinite(back)) {
      this.#turns = this.#turns.map((turn) => (turn === undefined ? undefined : turn - back));
      this.#latest -= back;
    }
    this.#seen = now;
  }
}
