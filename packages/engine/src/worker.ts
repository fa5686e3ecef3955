import { isEucoraError, reasonOf } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { lanes } from './lanes.js';
import type { Parts } from './parts.js';
import { PRIORITY, type ClaimedJob, type PassOver } from './ports/queue.js';
import { reconcile } from './reconcile.js';
import { parseRunStream } from './run-events.js';
import { tickRun, type Rest } from './run-tick.js';
import { parseReconcileKey, RECONCILE_EVERY, SWEEP_EVERY, SWEEP_KEY } from './schedule.js';

const ROLLBACKS = 'rollback:';

/** Milliseconds between two looks at the queue when nobody calls: other hosts' jobs and ended leases are found by it. */
const POLL_MS = 1_000;

export interface Worker {
  /** Does what is due until the signal ends; then waits for what is under way to let go. */
  work(signal: AbortSignal, concurrency: number): Promise<void>;
  /** Does what is due now, and what that makes due at once, and returns. */
  drain(): Promise<void>;
  /** Stops what is under way for a run here, so that no further write starts. */
  interrupt(key: string): void;
}

export function worker(parts: Parts, catalogue: Catalogue): Worker {
  const { queue } = parts.storage;
  const underWay = new Map<string, AbortController>();

  const tick = async (job: ClaimedJob, signal: AbortSignal): Promise<Rest> => {
    const run = parseRunStream(job.key);
    if (run) return tickRun(parts, catalogue, run, job, signal);
    if (job.key === SWEEP_KEY) {
      await reconcile(parts, catalogue, { by: 'system', signal });
      return { againMs: SWEEP_EVERY };
    }
    const intentId = parseReconcileKey(job.key);
    if (!intentId) return {};
    await reconcile(parts, catalogue, { intentId, by: 'system', signal });
    return { againMs: RECONCILE_EVERY[(await catalogue.intent(intentId)).criticality] };
  };

  /** Holds the job while it works, and says in the end when it wants to be looked at again. */
  const attend = async (job: ClaimedJob, stopping: AbortSignal): Promise<void> => {
    const own = new AbortController();
    const signal = AbortSignal.any([stopping, own.signal]);
    underWay.set(job.key, own);
    const done = new AbortController();
    const renewing = keepLease(job, own, done.signal);
    try {
      const rest = await tick(job, signal);
      await queue.complete([{ key: job.key, token: job.token, ...rest }]);
    } catch (cause) {
      await leave(job, cause, signal);
    } finally {
      done.abort();
      underWay.delete(job.key);
      await renewing;
    }
  };

  const keepLease = async (job: ClaimedJob, own: AbortController, done: AbortSignal): Promise<void> => {
    const { leaseMs } = parts.settings;
    try {
      for (;;) {
        await parts.clock.sleep(leaseMs / 3, done);
        if (!(await queue.renew(job, leaseMs))) return own.abort(new Error('the job was taken over'));
      }
    } catch {
      // Done; or the storage does not answer, and then the next append says so.
    }
  };

  /** A tick that threw could not record why: the storage failed, or the job is somebody else's. It is looked at again. */
  const leave = async (job: ClaimedJob, cause: unknown, signal: AbortSignal): Promise<void> => {
    if (isEucoraError(cause) && cause.code === 'STALE_LEASE') return;
    if (!signal.aborted) parts.log.error({ key: job.key, attempt: job.attempt }, reasonOf(cause));
    const againMs = signal.aborted ? 0 : parts.settings.retryMinMs;
    await queue
      .complete([{ key: job.key, token: job.token, againMs, failed: !signal.aborted }])
      .catch((failure: unknown) =>
        parts.log.error({ key: job.key }, `left for its lease to end: ${reasonOf(failure)}`),
      );
  };

  const claim = (limit: number, which: { readonly prefix?: string; readonly passOver?: PassOver } = {}) =>
    queue.claim({ limit, leaseMs: parts.settings.leaseMs, ...which });

  return {
    async work(signal, concurrency) {
      const busy = new Set<Promise<void>>();
      const hands = lanes(concurrency, () => parts.planes.ids());
      const begin = (job: ClaimedJob, afterwards: () => void) => {
        const attending: Promise<void> = attend(job, signal).then(() => {
          busy.delete(attending);
          afterwards();
        });
        busy.add(attending);
      };

      /** One hand beyond the others, for a rollback that would have to wait: nobody stands in line to stop the line. */
      let extra = 0;
      const beginRollback = async () => {
        const jobs = extra === 0 ? await claim(1, { prefix: ROLLBACKS }) : [];
        extra += jobs.length;
        for (const job of jobs) begin(job, () => (extra -= 1));
        return jobs.length;
      };
      const beginJobs = async (passOver: PassOver) => {
        const jobs = await claim(hands.room(), { passOver });
        const going = jobs.filter(({ key }) => hands.enter(key));
        for (const job of going) begin(job, () => hands.leave(job.key));
        await queue.complete(jobs.filter((job) => !going.includes(job)).map((job) => ({ ...job, againMs: 0 })));
        return going.length;
      };

      await queue.put([{ key: SWEEP_KEY, priority: PRIORITY.reconcile, delayMs: SWEEP_EVERY }]);
      while (!signal.aborted) {
        const passOver = hands.passOver();
        const called = nextCall(parts, signal, passOver);
        let begun = 0;
        try {
          if (passOver.endingWith.length > 0) begun += await beginRollback();
          begun += await beginJobs(passOver);
        } catch (cause) {
          parts.log.error({}, `cannot claim work: ${reasonOf(cause)}`);
        }
        if (begun === 0) await Promise.race([called.promise, ...busy]);
        called.forget();
      }
      await Promise.all(busy);
    },

    async drain() {
      const never = new AbortController().signal;
      for (;;) {
        const jobs = await claim(16);
        if (jobs.length === 0) return;
        await Promise.all(jobs.map((job) => attend(job, never)));
      }
    },

    interrupt: (key) => underWay.get(key)?.abort(new Error('halted')),
  };
}

/**
 * Resolves when work was put, when the next job is due, when it is time to poll, or when the signal ends.
 *
 * @param passOver what will not be claimed, however due it is
 */
function nextCall(parts: Parts, signal: AbortSignal, passOver: PassOver) {
  const forgetting = new AbortController();
  const stop = AbortSignal.any([signal, forgetting.signal]);
  let unlisten = () => {};
  const put = new Promise<void>((resolve) => {
    unlisten = parts.storage.queue.onPut(resolve);
  });
  const due = (async () => {
    const inMs = (await parts.storage.queue.nextDueMs(passOver).catch(() => undefined)) ?? POLL_MS;
    await parts.clock.sleep(Math.max(1, Math.min(POLL_MS, inMs)), stop).catch(() => {});
  })();
  return {
    promise: Promise.race([put, due]),
    forget() {
      forgetting.abort();
      unlisten();
    },
  };
}
