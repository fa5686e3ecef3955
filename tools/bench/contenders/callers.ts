import type { Slice } from '../contender.js';

/** So many callers, each asking again as soon as it has its answer, until the time is over. @param ask returns units done */
export async function callers(count: number, ms: number, ask: (caller: number) => Promise<number>): Promise<Slice> {
  const began = performance.now();
  const end = began + ms;
  let done = 0;
  await Promise.all(
    Array.from({ length: count }, async (_, caller) => {
      while (performance.now() < end) {
        const more = await ask(caller);
        done += more;
      }
    }),
  );
  return { done, ms: performance.now() - began };
}

/** Again and again until the work alone has taken so long. @param work returns the milliseconds that count */
export async function repeated(ms: number, work: () => Promise<number>): Promise<Slice> {
  let [done, took] = [0, 0];
  while (took < ms) {
    took += await work();
    done += 1;
  }
  return { done, ms: took };
}
