import { EucoraError } from '@eucora/sdk';
import type { AnsibleConfig } from './config.js';
import type { JobRow, JobStatus } from './wire.js';

const ACTIVE: ReadonlySet<JobStatus> = new Set(['new', 'pending', 'waiting', 'running']);

/** It can still be cancelled. Pending is no error: a template without "concurrent jobs" runs one at a time. */
export const isActive = ({ status }: Pick<JobRow, 'status'>): boolean => ACTIVE.has(status);

/** A node that died leaves its job running for ever (ansible/receptor#711). */
export const isOverdue = (job: JobRow, config: AnsibleConfig, now: number): boolean =>
  isActive(job) && now - Date.parse(job.created) > config.jobDeadlineMs;

/**
 * How far the results per host can be trusted. A job may be final before its events are stored, and the flag that tells can stay false
 * for ever (ansible/awx#9286): so they are waited for, and given up.
 */
export function resultsOf(job: JobRow, config: AnsibleConfig, now: number): 'to_come' | 'complete' | 'incomplete' {
  if (isActive(job)) return 'to_come';
  if (job.event_processing_finished !== false) return 'complete';
  const ended = Date.parse(job.finished ?? '');
  return Number.isNaN(ended) || now - ended > config.resultDeadlineMs ? 'incomplete' : 'to_come';
}

/** Hosts that came through: each host is counted once, under the worst that befell it (AWX, create_host_status_counts). */
export function succeededIn({ host_status_counts: counts }: JobRow): number | undefined {
  if (!counts) return undefined;
  return (counts.ok ?? 0) + (counts.changed ?? 0) + (counts.skipped ?? 0);
}

/**
 * Why a job that was waited for is no success (facts file, A3 and A9). AWX shows no return code of a job: what it means is read from
 * the status, the counts and the explanation.
 */
export function failureOf(job: JobRow, purpose: string): EucoraError | undefined {
  const counts = job.host_status_counts ?? {};
  const reached = Object.values(counts).reduce((sum, hosts) => sum + hosts, 0);
  const said = job.job_explanation ? `: ${job.job_explanation}` : '';
  const failed = (...[code, what, remedy, errorClass]: Verdict) =>
    new EucoraError(code, {
      what: `job ${job.id} (${purpose}) ${what}${said}`,
      remedy,
      errorClass,
      details: { job: job.id, status: job.status, host_status_counts: counts },
    });

  if (job.status === 'successful') {
    if (reached > 0) return undefined;
    return failed(
      'PLANE_REJECTED',
      'ended well and reached no host',
      'Check the inventory and the limit of its job template.',
      'permanent',
    );
  }
  if (job.status === 'canceled') {
    return failed(
      'PLANE_REJECTED',
      'was cancelled',
      'Find out in AWX who cancelled it and why; then publish again.',
      'policy_violation',
    );
  }
  if (job.status === 'error' || /capacity|Job terminated due to timeout|Previous Task Failed/i.test(said)) {
    return failed(
      'PLANE_ERROR',
      `could not be carried out (${job.status})`,
      'Nothing to do at first: it is launched again.',
      'transient',
    );
  }
  if ((counts.dark ?? 0) > 0 && (counts.failures ?? 0) === 0) {
    return failed(
      'PLANE_UNREACHABLE',
      'could not reach its hosts',
      'Check the hosts; it is launched again.',
      'transient',
    );
  }
  if (reached === 0) {
    return failed(
      'PLANE_REJECTED',
      'ended before any host was reached',
      'Its output in AWX says why: the limit matches nothing, or the playbook is not there or has a mistake.',
      'permanent',
    );
  }
  return failed(
    'PLANE_REJECTED',
    'failed',
    'Its output in AWX says which task failed and why; then publish again.',
    'permanent',
  );
}

type Verdict = [
  code: 'PLANE_REJECTED' | 'PLANE_ERROR' | 'PLANE_UNREACHABLE',
  what: string,
  remedy: string,
  errorClass: 'permanent' | 'transient' | 'policy_violation',
];
