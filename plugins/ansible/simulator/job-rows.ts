import { iso } from './answers.js';
import { statusOf } from './runner.js';
import type { AwxInstance, HostCounts, SimEvent, SimJob } from './state.js';
import type { World } from './world.js';

type Clockwork = Pick<World, 'clock' | 'runner' | 'delays' | 'username'>;

/** Events and summaries come later than the status that they belong to. */
export const eventsAreThere = (job: SimJob, { clock, delays }: Clockwork): boolean =>
  job.result !== undefined && clock.now().getTime() >= job.result.endedAt + delays.events;

const processed = (job: SimJob, { clock, delays }: Clockwork): boolean =>
  job.result !== undefined && clock.now().getTime() >= job.result.endedAt + delays.events + delays.processing;

/** As a list shows it. The variables are there to read, and nobody may search by them. */
export function jobRow(job: SimJob, state: AwxInstance, world: Clockwork) {
  world.runner.settle(job, state);
  const status = statusOf(job, world.clock.now().getTime());
  const ended = job.result?.endedAt;
  const template = state.templates.get(job.template);
  const labels = job.labels.flatMap((id) => state.labels.get(id) ?? []);
  return {
    id: job.id,
    type: 'job',
    url: `/api/v2/jobs/${job.id}/`,
    related: { job_template: `/api/v2/job_templates/${job.template}/` },
    summary_fields: {
      labels: { count: labels.length, results: labels.map(({ id, name }) => ({ id, name })) },
    },
    created: iso(job.createdAt),
    modified: iso(ended ?? job.createdAt),
    name: template?.name ?? '',
    description: '',
    launch_type: job.launchType,
    status,
    failed: ended !== undefined && status !== 'successful',
    started: job.startedAt === undefined || world.clock.now().getTime() < job.startedAt ? null : iso(job.startedAt),
    finished: ended === undefined ? null : iso(ended),
    canceled_on: status === 'canceled' ? iso(ended!) : null,
    elapsed: ended === undefined ? 0 : (ended - (job.startedAt ?? ended)) / 1_000,
    job_explanation: job.result?.explanation ?? '',
    launched_by: { id: 1, name: world.username, type: 'user' },
    inventory: job.inventory,
    playbook: template?.playbook ?? '',
    limit: job.limit,
    extra_vars: JSON.stringify(job.extraVars),
    timeout: job.timeout,
    job_template: job.template,
    unified_job_template: job.template,
    allow_simultaneous: template?.allowSimultaneous ?? false,
  };
}

/** As one job is shown. There is no return code in it. */
export function jobDetail(job: SimJob, state: AwxInstance, world: Clockwork) {
  const row = jobRow(job, state, world);
  const visible = eventsAreThere(job, world);
  return {
    ...row,
    result_traceback: '',
    event_processing_finished: processed(job, world),
    host_status_counts: visible && job.result?.stats ? countsOf(job.result.stats) : {},
    playbook_counts: { play_count: visible ? 1 : 0, task_count: visible ? 1 : 0 },
    artifacts: visible ? (job.result?.artifacts ?? {}) : {},
  };
}

/** Each host once, under the worst that befell it. */
function countsOf(stats: Readonly<Record<string, HostCounts>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const host of Object.values(stats)) {
    const worst = (['dark', 'failures', 'changed', 'ok', 'skipped'] as const).find((key) => host[key] > 0);
    if (worst) counts[worst] = (counts[worst] ?? 0) + 1;
  }
  return counts;
}

export const summaryRow =
  (job: SimJob) =>
  ([host_name, counts]: readonly [string, HostCounts], turn: number) => ({
    id: job.id * 1_000_000 + turn,
    type: 'job_host_summary',
    job: job.id,
    host: null,
    constructed_host: null,
    host_name,
    ...counts,
    processed: 1,
    failed: counts.dark > 0 || counts.failures > 0,
  });

export const eventRow = (job: SimJob) => (event: SimEvent) => ({
  id: job.id * 1_000_000 + event.counter,
  type: 'job_event',
  job: job.id,
  created: iso(event.at),
  modified: iso(event.at),
  event: event.event,
  counter: event.counter,
  event_data: {
    ...event.data,
    ...(event.host && { host: event.host }),
    ...(event.task && { task: event.task }),
  },
  event_level: 3,
  failed: event.failed,
  changed: event.changed,
  host: null,
  host_name: event.host ?? '',
  task: event.task ?? '',
  stdout: '',
  start_line: 0,
});
