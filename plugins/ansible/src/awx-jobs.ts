import { EucoraError, type Context } from '@eucora/sdk';
import { allOf, idOf, notAwx, PAGE_SIZE, type Awx } from './awx.js';
import { labelOf } from './mapping.js';
import type {
  HostSummary,
  JobEvent,
  JobRow,
  LabelRow,
  LaunchAnswer,
  LaunchBody,
  LaunchPreflight,
  Listing,
} from './wire.js';

export const LABELS = '/labels/';
const JOBS = '/jobs/';
export const launchUrl = (template: number) => `/job_templates/${template}/launch/`;
export const cancelUrl = (job: number | string) => `${JOBS}${job}/cancel/`;
const jobUrl = (job: number) => `${JOBS}${job}/`;

export async function preflightOf(awx: Awx, ctx: Context, template: number): Promise<LaunchPreflight> {
  const { body } = await awx.request<LaunchPreflight>(ctx, { method: 'GET', url: launchUrl(template) });
  if (typeof body !== 'object' || typeof body.ask_limit_on_launch !== 'boolean') {
    throw notAwx(`what job template ${template} prompts for cannot be read`);
  }
  return body;
}

/** Starts a job. AWX has no idempotency key: ask {@link findLaunched} before a second time. */
export async function launch(awx: Awx, ctx: Context, template: number, body: LaunchBody): Promise<LaunchAnswer> {
  const answer = await awx.request<LaunchAnswer>(ctx, {
    method: 'POST',
    url: launchUrl(template),
    json: body,
    bodyRequired: true,
  });
  return answer.body;
}

/** Nothing where the job is no longer there: AWX cleans up, and people delete. */
export async function readJob(awx: Awx, ctx: Context, job: number): Promise<JobRow | undefined> {
  const { status, body } = await awx.request<JobRow>(ctx, { method: 'GET', url: jobUrl(job), accept: [404] });
  if (status === 404) return undefined;
  idOf(body, `job ${job}`);
  return body;
}

/** Accepted is not done: AWX cancels when it comes to it. A job that has ended (405) or is gone needs no cancelling. */
export async function cancelJob(awx: Awx, ctx: Context, job: number): Promise<void> {
  await awx.request(ctx, { method: 'POST', url: cancelUrl(job), replayable: true, answer: 'none', accept: [404, 405] });
}

export interface Wanted {
  readonly template: number;
  readonly correlationId: string;
  /** AWX's own time, from the record that the launch is for; ISO 8601. */
  readonly since: string;
  /** Of {@link launchIdOf}; a prefix that ends with a slash finds every attempt. */
  readonly launch: string;
}

/**
 * A job that we may have launched without hearing of it: by label, and where that finds nothing by listing what the template
 * started since. The variables of jobs can be read and not searched (403). Of several with one name, a relaunch among them, the newest.
 */
export async function findLaunched(
  awx: Awx,
  ctx: Context,
  wanted: Wanted,
  labels: boolean,
): Promise<JobRow | undefined> {
  const newest = async (query: Record<string, string | number>) => {
    const rows = await allOf(awx.pages<JobRow>(ctx, JOBS, query));
    return rows.filter((row) => isLaunch(row, wanted.launch)).at(-1);
  };
  const labelled = labels ? await newest({ labels__name: labelOf(wanted.correlationId) }) : undefined;
  return labelled ?? newest({ job_template: wanted.template, created__gte: wanted.since });
}

const isLaunch = (row: JobRow, launch: string): boolean => {
  const found = variablesOf(row).eucora_launch;
  return typeof found === 'string' && (launch.endsWith('/') ? found.startsWith(launch) : found === launch);
};

/** The variables that a job was launched with. */
export function variablesOf({ extra_vars: text }: Pick<JobRow, 'extra_vars'>): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text ?? '{}') as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const summariesOf = (awx: Awx, ctx: Context, job: number): AsyncIterable<readonly HostSummary[]> =>
  awx.pages<HostSummary & { readonly id?: number }>(ctx, `${jobUrl(job)}job_host_summaries/`);

/** One page of a job's events, oldest first. Their own default order is by line of output. @param after a counter */
export async function eventsAfter(
  awx: Awx,
  ctx: Context,
  job: number,
  after: number,
  events?: readonly string[],
): Promise<readonly JobEvent[]> {
  const url = `${jobUrl(job)}job_events/`;
  const { body } = await awx.request<Listing<JobEvent>>(ctx, {
    method: 'GET',
    url,
    query: {
      counter__gt: after,
      order_by: 'counter',
      page_size: PAGE_SIZE,
      ...(events && { event__in: events.join(',') }),
    },
  });
  const rows: unknown = body?.results;
  if (!Array.isArray(rows)) throw notAwx(`the list ${url} has no "results"`);
  return rows as readonly JobEvent[];
}

export async function labelNamed(awx: Awx, ctx: Context, name: string): Promise<LabelRow | undefined> {
  const rows = await allOf(awx.pages<LabelRow>(ctx, LABELS, { name }));
  return rows.find((row) => row.name === name);
}

/** In the organisation of the template: AWX takes labels of no other. */
export async function createLabel(awx: Awx, ctx: Context, template: number, name: string): Promise<number> {
  const { body: of } = await awx.request<{ organization?: number | null }>(ctx, {
    method: 'GET',
    url: `/job_templates/${template}/`,
  });
  if (!Number.isInteger(of?.organization)) {
    throw new EucoraError('CONFIG_INVALID', {
      what: `job template ${template} belongs to no organisation, and so its jobs can have no labels`,
      remedy: 'Give the project of the template an organisation, or set labels to false.',
    });
  }
  const { body } = await awx.request<LabelRow>(ctx, {
    method: 'POST',
    url: LABELS,
    json: { name, organization: of.organization },
    bodyRequired: true,
  });
  return idOf(body, `label ${name}`);
}

/** Who we are to AWX, and which AWX it is. */
export async function askWho(awx: Awx, ctx: Context): Promise<{ readonly version: string; readonly user: string }> {
  const { body: ping } = await awx.request<{ version?: string }>(ctx, {
    method: 'GET',
    url: '/ping/',
    anonymous: true,
  });
  if (typeof ping?.version !== 'string') throw notAwx('what answers to /ping/ is not AWX');
  const { body: me } = await awx.request<Listing<{ username?: string }>>(ctx, { method: 'GET', url: '/me/' });
  return { version: ping.version, user: me?.results?.[0]?.username ?? 'an unnamed user' };
}
