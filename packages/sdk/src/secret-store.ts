import { setTimeout as sleep } from 'node:timers/promises';

/** What secret stores are asked by. Handed in, so that tests need not wait. */
export interface Time {
  now(): Date;
  /** Rejects when the signal ends. @param ms milliseconds */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realTime: Time = {
  now: () => new Date(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** How long somebody waits for a secret. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, by the given time. */
  readonly at: number;
}

export const deadlineIn = (ms: number, time: Time): Deadline => ({
  signal: AbortSignal.timeout(ms),
  at: time.now().getTime() + ms,
});

/** What somebody else may be waiting for as well: it goes on when we stop. */
export function within<Answer>({ signal }: Deadline, work: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Remembers for a while, counted from when it was asked for. Whoever asks meanwhile waits for the same answer; a failure is not
 * remembered.
 *
 * @param ms milliseconds; 0 remembers nothing
 */
export function rememberFor<Value>(ms: number, now: () => Date) {
  const held = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return (key: string, ask: () => Promise<Value>): Promise<Value> => {
    const found = held.get(key);
    if (found && now().getTime() < found.until) return found.value;
    const fresh = { value: ask(), until: now().getTime() + ms };
    held.set(key, fresh);
    const forget = () => void (held.get(key) === fresh && held.delete(key));
    if (ms === 0) fresh.value.then(forget, forget);
    else fresh.value.catch(forget);
    return fresh.value;
  };
}
