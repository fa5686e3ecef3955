import { storableName, type ClaimedJob, type Completion, type NewJob, type PassOver, type Queue } from '@eucora/engine';
import { together } from './together.js';
import type { Database } from './database/database.js';
import { onceEach, putJobs } from './events/flush-statement.js';

export interface DatabaseQueue extends Queue {
  /** Calls everyone who waits for work. */
  wake(): void;
}

const PUT = { name: 'queue-put', text: putJobs('$1::jsonb') };

/**
 * The due jobs of each priority, found one priority after the other by one index; only a stable function of time may
 * bound it. `starts_with` takes no pattern. A request for another look that is over is forgotten: this is that look.
 */
const PRIORITIES = `recursive priorities as (
    (select priority from jobs order by priority desc limit 1)
    union all
    select (select j.priority from jobs j where j.priority < p.priority order by j.priority desc limit 1)
    from priorities p where p.priority is not null)`;

/** @param starts, ends parameters that hold arrays of text */
const notPassedOver = (starts: string, ends: string) => `
  not exists (select from unnest(${starts}::text[]) s where starts_with(key, s))
  and not exists (select from unnest(${ends}::text[]) e where right(key, length(e)) = e)`;

const NOTHING: PassOver = { startingWith: [], endingWith: [] };

const CLAIM = {
  name: 'queue-claim',
  text: `with ${PRIORITIES},
    due as materialized (
      select j.key, j.due_at from priorities p cross join lateral (
        select key, due_at from jobs
        where jobs.priority = p.priority and due_at <= statement_timestamp() and starts_with(key, $3)
          and ${notPassedOver('$4', '$5')}
        order by due_at limit $1 for update skip locked) j
      limit $1)
    update jobs set leased = true, due_at = clock_timestamp() + $2 * interval '1 ms', token = nextval('fencing_tokens'),
      attempt = attempt + 1, again_at = case when again_at > clock_timestamp() then again_at end
    from due where jobs.key = due.key
    returning jobs.key, priority, token, attempt, extract(epoch from due.due_at)::float8 as since`,
};

const RENEW = {
  name: 'queue-renew',
  text: `update jobs set due_at = clock_timestamp() + $3 * interval '1 ms'
    where key = $1 and token = $2 and leased returning key`,
};

/** Jobs that are wanted again come back; the others go. */
const COMPLETE = {
  name: 'queue-complete',
  text: `with done as materialized (
      select j.key, least(j.again_at, clock_timestamp() + c."againMs" * interval '1 ms') as next_at, c.failed
      from jobs j join jsonb_to_recordset($1::jsonb) as c(key text, token bigint, "againMs" float8, failed boolean)
        on j.key = c.key and j.token = c.token and j.leased
      order by j.key for update of j),
    ended as (delete from jobs using done where jobs.key = done.key and done.next_at is null)
    update jobs set leased = false, due_at = done.next_at, again_at = null,
      attempt = case when done.failed then attempt else 0 end
    from done where jobs.key = done.key and done.next_at is not null`,
};

const NEXT_DUE = {
  name: 'queue-next-due',
  text: `with ${PRIORITIES}
    select (extract(epoch from min(j.due_at) - clock_timestamp()) * 1000)::float8 as ms
    from priorities p cross join lateral (
      select due_at from jobs where jobs.priority = p.priority and ${notPassedOver('$1', '$2')}
      order by due_at limit 1) j`,
};

interface ClaimRow {
  readonly key: string;
  readonly priority: number;
  readonly token: string;
  readonly attempt: number;
  readonly since: number;
}

export function databaseQueue(database: Database): DatabaseQueue {
  const listeners = new Set<() => void>();
  const wake = () => listeners.forEach((listener) => listener());

  const store = together(async (jobs: readonly NewJob[]) => {
    await database.query(PUT, [JSON.stringify(onceEach(jobs))]);
  });
  const finish = together(async (completions: readonly Completion[]) => {
    await database.query(COMPLETE, [JSON.stringify(completions)]);
  });

  return {
    wake,

    async put(jobs) {
      for (const { key } of jobs) storableName('job key', key);
      if (jobs.length === 0) return;
      await store(jobs);
      wake();
    },

    async claim({ limit, leaseMs, prefix = '', passOver: { startingWith, endingWith } = NOTHING }) {
      const rows = await database.query<ClaimRow>(CLAIM, [limit, leaseMs, prefix, startingWith, endingWith]);
      return rows
        .sort((a, b) => b.priority - a.priority || a.since - b.since)
        .map(({ key, priority, token, attempt }): ClaimedJob => ({ key, priority, token: Number(token), attempt }));
    },

    async renew({ key, token }, leaseMs) {
      return (await database.query(RENEW, [key, token, leaseMs])).length > 0;
    },

    async complete(completions) {
      if (completions.length > 0) await finish(completions);
    },

    async nextDueMs({ startingWith, endingWith } = NOTHING) {
      const [row] = await database.query<{ ms: number | null }>(NEXT_DUE, [startingWith, endingWith]);
      return typeof row?.ms === 'number' ? Math.max(0, row.ms) : undefined;
    },

    onPut(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
