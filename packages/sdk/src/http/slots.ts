import type { Deadline } from './deadline.js';

interface Waiter {
  readonly go: () => void;
  readonly background: boolean;
}

/** So many at a time, first come first served; work that nobody waits for comes last and leaves a quarter free. */
export class Slots {
  #free: number;
  readonly #kept: number;
  #waiting: Waiter[] = [];

  constructor(count: number) {
    this.#free = count;
    this.#kept = count > 1 ? Math.ceil(count / 4) : 0;
  }

  /** Every `take` that resolved needs one `giveBack`. */
  async take(deadline: Deadline, background = false): Promise<void> {
    if (this.#isOpenTo(background)) {
      this.#free -= 1;
      return;
    }
    let go = (): void => undefined;
    const turn = new Promise<void>((resolve) => (go = resolve));
    this.#waiting.push({ go, background });
    try {
      await deadline.race(turn);
    } catch (cause) {
      this.#leave(go);
      throw cause;
    }
  }

  giveBack(): void {
    this.#free += 1;
    const next = this.#waiting.find(({ background }) => !background) ?? this.#waiting[0];
    if (!next || !this.#isOpenTo(next.background)) return;
    this.#free -= 1;
    this.#waiting = this.#waiting.filter((waiter) => waiter !== next);
    next.go();
  }

  #isOpenTo(background: boolean): boolean {
    return this.#free > (background ? this.#kept : 0);
  }

  /** Whoever gives up in the moment that its turn comes passes the turn on. */
  #leave(go: () => void): void {
    const isWaiting = this.#waiting.some((waiter) => waiter.go === go);
    if (isWaiting) this.#waiting = this.#waiting.filter((waiter) => waiter.go !== go);
    else this.giveBack();
  }
}
