import type { AwxInstance, JobResult, SimJob, SimTemplate } from './state.js';

/** What carries a job out. */
export interface Runner {
  /** Called once, when the job is launched. */
  begin(job: SimJob, template: SimTemplate, state: AwxInstance): void;
  /** Brings `startedAt` and `result` of a job up to now. */
  settle(job: SimJob, state: AwxInstance): void;
  /** Somebody asked to cancel it; it was still active. */
  cancel(job: SimJob, state: AwxInstance): void;
  /** Resolves when no process runs any more; at once where none ever does. */
  settled(): Promise<void>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

export type Status = 'pending' | 'waiting' | 'running' | JobResult['status'];

/** @param now milliseconds; the job must be settled */
export function statusOf(job: SimJob, now: number): Status {
  if (job.result) return job.result.status;
  if (job.startedAt === undefined || now < job.startedAt - 1_000) return 'pending';
  return now < job.startedAt ? 'waiting' : 'running';
}

export const canceled = (endedAt: number): JobResult => ({
  status: 'canceled',
  endedAt,
  explanation: '',
  artifacts: {},
  events: [],
  stdout: '',
});
