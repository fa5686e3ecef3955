import { reasonOf, type Context } from '@eucora/sdk';
import { PAGE_SIZE, type Awx } from './awx.js';
import { eventsAfter, readJob, variablesOf } from './awx-jobs.js';
import type { AnsibleConfig } from './config.js';
import { isActive } from './job-outcome.js';
import type { JobEvent, JobRow } from './wire.js';

/** One event of a job as the hub forwards it: a line of JSON. AWX's own output is text for people. */
export interface JobLine {
  readonly correlation_id: string;
  readonly job_id: number;
  readonly counter: number;
  readonly event_type: string;
  /** Of the host's task; of the whole job where the event belongs to no host. */
  readonly status: string;
  /** Of the command or the package manager, where there is one. A job as a whole has none. */
  readonly rc: number | null;
  readonly host: string | null;
  readonly task: string | null;
  /** ISO 8601. */
  readonly at: string | null;
}

const ONLY_FAILURES = ['runner_on_failed', 'runner_on_unreachable', 'runner_item_on_failed', 'playbook_on_stats'];
/** Events that one look may forward; the rest comes with the next. */
const EVENTS_A_LOOK = 2_000;

/** The events of a job so far, oldest first. @param after the counter of the last one that is known */
export async function* jobLines(awx: Awx, ctx: Context, id: number, after = 0): AsyncIterable<JobLine> {
  const job = await readJob(awx, ctx, id);
  if (!job) return;
  for await (const page of eventPages(awx, ctx, id, after)) for (const event of page) yield toLine(job, event);
}

async function* eventPages(awx: Awx, ctx: Context, job: number, after: number, events?: readonly string[]) {
  for (let from = after; ;) {
    const page = await eventsAfter(awx, ctx, job, from, events);
    yield page;
    const last = page.at(-1)?.counter;
    if (last === undefined || page.length < PAGE_SIZE) return;
    from = last;
  }
}

export function toLine(job: JobRow, { event, counter, created, host_name, task, event_data }: JobEvent): JobLine {
  const rc = Number(event_data?.res?.rc ?? Number.NaN);
  return {
    correlation_id: textOf(variablesOf(job).eucora_correlation_id),
    job_id: job.id,
    counter,
    event_type: event,
    status: statusOf(job, event, event_data),
    rc: Number.isInteger(rc) ? rc : null,
    host: event_data?.host ?? (host_name || null),
    task: event_data?.task ?? (task || null),
    at: created ?? null,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function statusOf(job: JobRow, event: string, data: JobEvent['event_data']): string {
  const [, what] = /^runner_(?:item_)?(?:on_)?(ok|failed|unreachable|skipped|start|retry)$/.exec(event) ?? [];
  if (what === 'ok') return data?.res?.changed === true ? 'changed' : 'ok';
  if (what === 'failed') return data?.ignore_errors ? 'ignored' : 'failed';
  return what ?? job.status;
}

/** Forwards to the log what is new, job by job. What this process does not remember is forwarded again: at least once. */
export function forwarder(config: AnsibleConfig) {
  const known = new Map<number, number>();
  const finished = new Set<number>();
  const events = config.forwardEvents === 'failures' ? ONLY_FAILURES : undefined;

  const forward = async (awx: Awx, ctx: Context, job: JobRow): Promise<void> => {
    let sent = 0;
    for await (const page of eventPages(awx, ctx, job.id, known.get(job.id) ?? 0, events)) {
      for (const event of page) {
        ctx.log.info(toLine(job, event), 'job event');
        known.set(job.id, event.counter);
      }
      sent += page.length;
      if (sent >= EVENTS_A_LOOK) return;
    }
    if (isActive(job) || job.event_processing_finished === false) return;
    finished.add(job.id);
    known.delete(job.id);
  };

  /** How the hosts are is told in any case. */
  return async (awx: Awx, ctx: Context, job: JobRow): Promise<void> => {
    if (config.forwardEvents === 'none' || finished.has(job.id)) return;
    try {
      await forward(awx, ctx, job);
    } catch (cause) {
      ctx.log.warn(
        { job_id: job.id, reason: reasonOf(cause) },
        'job events could not be forwarded; the next look tries again',
      );
    }
  };
}
