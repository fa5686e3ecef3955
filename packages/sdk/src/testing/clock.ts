/** The sense of time of whatever is tested. The engine's clock has the same shape. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it ends first. @param ms milliseconds */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that somebody else can push on. */
export interface MovableClock extends Clock {
  /**
   * Moves on, waking sleepers in the order of their time; each gets a turn to sleep again before the next is woken.
   * Without sleepers the time is right when the call returns, without awaiting it. @param ms milliseconds
   */
  advance(ms: number): Promise<void>;
  /** How many wait on it now. */
  readonly pendingSleeps: number;
}

export const isMovable = (clock: Clock): clock is MovableClock => 'advance' in clock;

/** Where virtual time begins, so that what tests print is the same every day. */
export const VIRTUAL_START = '2026-01-05T08:00:00.000Z';

export interface VirtualClockOptions {
  readonly start?: string | Date;
  /** Sleeping passes the time by itself, at once: for code that waits in the middle of a call. Default false. */
  readonly autoAdvance?: boolean;
}

/** Time that stands still until it is advanced. */
export function virtualClock(options: string | Date | VirtualClockOptions = {}): MovableClock {
  const { start, autoAdvance } = typeof options === 'string' || options instanceof Date ? { start: options } : options;
  let time = new Date(start ?? VIRTUAL_START).getTime();
  const sleepers = sleeperList();

  return {
    now: () => new Date(time),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      if (autoAdvance) {
        time += Math.max(0, ms);
        return turn();
      }
      return sleepers.add(time + ms, signal);
    },
    async advance(ms) {
      const target = time + ms;
      for (let next = sleepers.dueBy(target); next; next = sleepers.dueBy(target)) {
        time = Math.max(time, next.due);
        next.wake();
        await turn();
      }
      time = Math.max(time, target);
    },
    get pendingSleeps() {
      return sleepers.size;
    },
  };
}

export const realClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => realSleep(ms, signal),
};

/** Real time, sped up: one real second is `speed` seconds here. It can be pushed on as well. */
export function fastClock(options: { readonly speed: number; readonly start?: string | Date }): MovableClock {
  const epoch = Date.now();
  const start = new Date(options.start ?? epoch).getTime();
  const sleepers = sleeperList();
  let pushed = 0;
  let timer: NodeJS.Timeout | undefined;
  const time = () => start + pushed + (Date.now() - epoch) * options.speed;

  const wakeDue = () => {
    for (let next = sleepers.dueBy(time()); next; next = sleepers.dueBy(time())) next.wake();
    clearTimeout(timer);
    const due = sleepers.nextDue();
    if (due !== undefined)
      timer = setTimeout(wakeDue, Math.min(2 ** 31 - 1, Math.max(1, (due - time()) / options.speed)));
  };

  return {
    now: () => new Date(time()),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const slept = sleepers.add(time() + ms, signal);
      wakeDue();
      return slept.finally(wakeDue);
    },
    async advance(ms) {
      pushed += ms;
      wakeDue();
    },
    get pendingSleeps() {
      return sleepers.size;
    },
  };
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

function sleeperList() {
  const sleepers = new Set<Sleeper>();
  const first = () => [...sleepers].reduce<Sleeper | undefined>((a, b) => (a && a.due <= b.due ? a : b), undefined);

  return {
    get size() {
      return sleepers.size;
    },
    nextDue: () => first()?.due,
    dueBy(time: number): Sleeper | undefined {
      const next = first();
      return next && next.due <= time ? next : undefined;
    },
    add: (due: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const leave = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
          leave();
          reject(signal!.reason as Error);
        };
        const sleeper: Sleeper = {
          due,
          wake() {
            leave();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      }),
  };
}

/** Lets everything that is ready run before we go on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
