import type { NewJob, StorableView } from '@eucora/engine';
import type { Statement } from '../database/database.js';

/** One host at a time lengthens the chain. The letters `eucw`. */
export const CHAIN_LOCK = 0x65756377;

export interface FlushContent {
  /** Each a JSON object with the columns' names. */
  readonly events: readonly string[];
  readonly jobs: readonly NewJob[];
  readonly views: readonly StorableView[];
  /** Claims that must still be held. `n` is given back for those that are not. */
  readonly fences: readonly { readonly n: number; readonly key: string; readonly token: number }[];
  /** Events that must be there. `n` is given back for those that are not. */
  readonly predecessors: readonly { readonly n: number; readonly stream: string; readonly version: number }[];
}

/** Nothing was stored when there is something in it. Without checks there is no answer. */
export interface FlushAnswer {
  readonly stale?: readonly number[] | null;
  readonly missing?: readonly number[] | null;
}

/** One of the things that a flush may have to do, with the rows it works on as JSON. */
interface Part {
  readonly name: string;
  readonly rows: readonly string[];
  /** @param rows the parameter that holds them @param from a one-row table that must be there for it to be done */
  readonly sql: (rows: string, from: string) => string;
}

/**
 * Everything of a flush as one statement: it is stored whole, or not at all, in one round trip. Lists travel as JSON,
 * so that there is one text, and one plan, for every length.
 */
export function flushStatement(content: FlushContent): { statement: Statement; values: string[] } {
  const { kept, removed } = lastWordOf(content.views);
  const checks = [stalePart(content), missingPart(content)].filter(isWanted);
  const writes = [jobPart(content), keptPart(kept), removedPart(removed), eventPart(content)].filter(isWanted);
  const parts = [...checks, ...writes];

  const lock = `(select ${content.events.length > 0 ? `pg_advisory_xact_lock(${CHAIN_LOCK})` : '1'}) as lock`;
  const from = checks.length > 0 ? 'go' : lock;
  const sqlOf = (part: Part) => part.sql(`$${parts.indexOf(part) + 1}::jsonb`, from);
  const main = checks.length > 0 ? undefined : writes.pop();
  const passed = checks.map(({ name }) => `not exists (select from ${name})`);
  const tables = [
    ...checks.map((part) => `${part.name} as materialized (${sqlOf(part)})`),
    ...(checks.length > 0 ? [`go as materialized (select 1 from ${lock} where ${passed.join(' and ')})`] : []),
    ...writes.map((part) => `${part.name} as (${sqlOf(part)})`),
  ];
  const prelude = tables.length > 0 ? `with ${tables.join(',\n')}` : '';
  const answers = checks.map(({ name }) => `(select array_agg(n) from ${name}) as ${name}`);
  return {
    statement: {
      name: `flush-${parts.map((part) => part.name).join('-')}`,
      text: `${prelude} ${main ? sqlOf(main) : `select ${answers.join(', ') || 'null'}`}`,
    },
    values: parts.map(({ rows }) => `[${rows.join()}]`),
  };
}

const isWanted = (part: Part) => part.rows.length > 0;

/** Locks the jobs in shared mode: nobody can take one over before this is stored. */
const stalePart = ({ fences }: FlushContent): Part => ({
  name: 'stale',
  rows: fences.map((fence) => JSON.stringify(fence)),
  sql: (rows) => `
    select f.n from jsonb_to_recordset(${rows}) as f(n int, key text, token bigint)
    where not exists (
      select from (select 1 from jobs j where j.key = f.key and j.token = f.token and j.leased for share) as held)`,
});

const missingPart = ({ predecessors }: FlushContent): Part => ({
  name: 'missing',
  rows: predecessors.map((predecessor) => JSON.stringify(predecessor)),
  sql: (rows) => `
    select p.n from jsonb_to_recordset(${rows}) as p(n int, stream text, version int)
    where not exists (select from events e where e.stream = p.stream and e.version = p.version)`,
});

const COLUMNS = 'position, stream, version, correlation_id, event_type, event_data, actor, created_at, prev_hash, hash';

/**
 * The event that the first of them follows must be there: a database that was restored, or a standby that took over, may
 * have lost it, and the chain must not go on behind a gap. Without it the position becomes null, which the table refuses.
 *
 * JSON's null is no value to `jsonb_to_recordset`; here it is one.
 */
const eventPart = ({ events }: FlushContent): Part => ({
  name: 'put_events',
  rows: events,
  sql: (rows, from) => `
    insert into events (${COLUMNS})
    select ${COLUMNS.replace('event_data', `coalesce(event_data, 'null')`).replace('position', 'position + linked.zero')}
    from ${from}, (select case when ${rows} -> 0 ->> 'position' = '1' or exists (
        select from events p where p.position = (${rows} -> 0 ->> 'position')::bigint - 1
          and p.hash = ${rows} -> 0 ->> 'prev_hash') then 0 end as zero) as linked,
      jsonb_to_recordset(${rows}) as e(position bigint, stream text, version int, correlation_id text,
      event_type text, event_data jsonb, actor text, created_at timestamptz, prev_hash text, hash text)`,
});

const jobPart = ({ jobs }: FlushContent): Part => ({
  name: 'put_jobs',
  rows: onceEach(jobs).map((job) => JSON.stringify(job)),
  sql: (rows, from) => putJobs(rows, `${from},`),
});

const keptPart = (views: readonly StorableView[]): Part => ({
  name: 'put_views',
  rows: views.map(({ collection, id, json }) => {
    const key = JSON.stringify({ collection, id });
    return `${key.slice(0, -1)},"body":${json}}`;
  }),
  sql: (rows, from) => `
    insert into views (collection, id, body)
    select v.collection, v.id, v.body
    from ${from}, jsonb_to_recordset(${rows}) as v(collection text, id text, body jsonb)
    on conflict (collection, id) do update set body = excluded.body`,
});

const removedPart = (views: readonly StorableView[]): Part => ({
  name: 'remove_views',
  rows: views.map(({ collection, id }) => JSON.stringify({ collection, id })),
  sql: (rows, from) => `
    delete from views using ${from}, jsonb_to_recordset(${rows}) as v(collection text, id text)
    where views.collection = v.collection and views.id = v.id`,
});

/** A job that is being worked on keeps its lease and is looked at again afterwards. */
export const putJobs = (rows: string, from = ''): string => `
    insert into jobs (key, priority, due_at)
    select j.key, j.priority, clock_timestamp() + j."delayMs" * interval '1 ms'
    from ${from} jsonb_to_recordset(${rows}) as j(key text, priority int, "delayMs" float8)
    on conflict (key) do update set
      priority = greatest(jobs.priority, excluded.priority),
      due_at = case when jobs.leased then jobs.due_at else least(jobs.due_at, excluded.due_at) end,
      again_at = case when jobs.leased then least(jobs.again_at, excluded.due_at) end`;

/** One row a key, in order of key: two hosts that lock the same rows lock them in the same order. */
export function onceEach(jobs: readonly NewJob[]): Required<NewJob>[] {
  const byKey = new Map<string, Required<NewJob>>();
  for (const { key, priority, delayMs = 0 } of jobs) {
    const other = byKey.get(key) ?? { priority, delayMs };
    byKey.set(key, { key, priority: Math.max(priority, other.priority), delayMs: Math.min(delayMs, other.delayMs) });
  }
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function lastWordOf(views: readonly StorableView[]): { kept: StorableView[]; removed: StorableView[] } {
  const byRow = new Map(views.map((view) => [`${view.collection}\0${view.id}`, view]));
  const rows = [...byRow].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, view]) => view);
  return { kept: rows.filter(({ body }) => body !== null), removed: rows.filter(({ body }) => body === null) };
}
