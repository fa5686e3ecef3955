import type { Clock } from '../ports/clock.js';
import type { Fence } from '../ports/event-store.js';
import type { Completion, NewJob, PassOver, Queue } from '../ports/queue.js';
import { storableName } from '../ports/storable.js';
import { realClock } from './clock.js';

interface Job {
  readonly key: string;
  priority: number;
  /** When it may be claimed: the start that was asked for, or the end of its lease. */
  dueAt: number;
  leased: boolean;
  token: number;
  attempt: number;
  /** When it was wanted again by a put during its lease. */
  againAt?: number;
}

/** What the memory event store needs to append in one breath. */
export interface MemoryQueue extends Queue {
  /** For keys that can be stored; does not fail. */
  putNow(jobs: readonly NewJob[]): void;
  holds(fence: Fence): boolean;
}

export function memoryQueue(clock: Clock = realClock): MemoryQueue {
  const jobs = new Map<string, Job>();
  const listeners = new Set<() => void>();
  let lastToken = 0;
  const now = () => clock.now().getTime();

  const held = (fence: Fence): Job | undefined => {
    const job = jobs.get(fence.key);
    return job?.leased && job.token === fence.token ? job : undefined;
  };

  const putNow = (fresh: readonly NewJob[]) => {
    for (const { key, priority, delayMs = 0 } of fresh) {
      const dueAt = now() + delayMs;
      const job = jobs.get(key);
      if (!job) jobs.set(key, { key, priority, dueAt, leased: false, token: 0, attempt: 0 });
      else moveForward(job, priority, dueAt);
    }
    if (fresh.length > 0) listeners.forEach((listener) => listener());
  };

  const finish = ({ key, token, againMs, failed = false }: Completion) => {
    const job = held({ key, token });
    if (!job) return;
    const nextAt = earliest(job.againAt, againMs === undefined ? undefined : now() + againMs);
    if (nextAt === undefined) return void jobs.delete(key);
    Object.assign(job, { dueAt: nextAt, leased: false, againAt: undefined, attempt: failed ? job.attempt : 0 });
  };

  return {
    putNow,
    holds: (fence) => held(fence) !== undefined,

    async put(fresh) {
      for (const { key } of fresh) storableName('job key', key);
      putNow(fresh);
    },

    async claim({ limit, leaseMs, prefix = '', passOver }) {
      const at = now();
      const due = [...jobs.values()]
        .filter(({ key, dueAt }) => dueAt <= at && key.startsWith(prefix) && !isPassedOver(key, passOver))
        .sort((a, b) => b.priority - a.priority || a.dueAt - b.dueAt)
        .slice(0, limit);
      return due.map((job) => {
        job.leased = true;
        job.dueAt = at + leaseMs;
        job.token = ++lastToken;
        job.attempt += 1;
        if (job.againAt !== undefined && job.againAt <= at) delete job.againAt;
        return { key: job.key, priority: job.priority, token: job.token, attempt: job.attempt };
      });
    },

    async renew(claim, leaseMs) {
      const job = held(claim);
      if (job) job.dueAt = now() + leaseMs;
      return job !== undefined;
    },

    async complete(completions) {
      completions.forEach(finish);
    },

    async nextDueMs(passOver) {
      const waiting = [...jobs.values()].filter(({ key }) => !isPassedOver(key, passOver));
      const next = earliest(...waiting.map((job) => job.dueAt));
      return next === undefined ? undefined : Math.max(0, next - now());
    },

    onPut(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const isPassedOver = (key: string, { startingWith, endingWith }: PassOver = { startingWith: [], endingWith: [] }) =>
  startingWith.some((start) => key.startsWith(start)) || endingWith.some((end) => key.endsWith(end));

/** A job that is being worked on keeps its lease and is looked at again afterwards. */
function moveForward(job: Job, priority: number, dueAt: number): void {
  job.priority = Math.max(job.priority, priority);
  if (job.leased) job.againAt = earliest(job.againAt, dueAt);
  else job.dueAt = Math.min(job.dueAt, dueAt);
}

const earliest = (...times: readonly (number | undefined)[]): number | undefined =>
  times.reduce(
    (first, time) => (time !== undefined && (first === undefined || time < first) ? time : first),
    undefined,
  );
