import type { Deadline } from './deadline.js';

/** So many at a time, first come first served. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Every `take` that resolved needs one `giveBack`. */
  async take(deadline: Deadline): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    let go = (): void => undefined;
    const turn = new Promise<void>((resolve) => (go = resolve));
    this.#waiting.push(go);
    try {
      await deadline.race(turn);
    } catch (cause) {
      this.#leave(go);
      throw cause;
    }
  }

  giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }

  /** Whoever gives up in the moment that its turn comes passes the turn on. */
  #leave(go: () => void): void {
    const place = this.#waiting.indexOf(go);
    if (place >= 0) this.#waiting.splice(place, 1);
    else this.giveBack();
  }
}
