import type { Clock, Fleet } from '@eucora/sdk/testing';
import { matchLimit } from './limits.js';
import { canceled, type Runner } from './runner.js';
import type { AwxInstance, HostCounts, JobResult, SimEvent, SimJob } from './state.js';
import type { Delays } from './world.js';

const TASK = 'Bring the package to its state with apt';
const SPREAD = 1.5;
/** A host is spoken to at once; the fleet's devices look for work once a second. */
export const REACHED_WITHIN_MS = 1_000;
const FAILED_RC = 100;

/** Jobs that simulated hosts carry out; the repository's host is one that never fails. To a fleet a job is a piece of software: "installed" where the play came through. */
export function fleetRunner(clock: Clock, delays: Delays, fleetOf: (job: SimJob) => Fleet, installMs: number): Runner {
  const now = () => clock.now().getTime();
  const software = ({ id }: SimJob) => `job-${id}`;

  const startOf = (job: SimJob, state: AwxInstance): number | undefined => {
    const before = job.after === undefined ? undefined : state.jobs.get(job.after);
    if (before) settle(before, state);
    if (before && !before.result) return undefined;
    return Math.max(job.createdAt, before?.result?.endedAt ?? 0) + delays.start;
  };

  const settle = (job: SimJob, state: AwxInstance): void => {
    if (job.result) return;
    job.startedAt ??= startOf(job, state);
    if (job.cancelAskedAt !== undefined) {
      const endsAt = job.cancelAskedAt + delays.cancel;
      if (now() >= endsAt) job.result = canceled(endsAt);
      return;
    }
    if (job.startedAt === undefined) return;
    const lasts = job.hosts.length === 0 ? 1_000 : delays.overhead + REACHED_WITHIN_MS + SPREAD * installMs;
    const endedAt = job.startedAt + Math.min(lasts, job.timeout > 0 ? job.timeout * 1_000 : Infinity);
    if (now() < endedAt) return;
    job.result =
      lasts > endedAt - job.startedAt ? timedOut(endedAt) : resultOf(job, fleetOf(job), software(job), endedAt);
  };

  return {
    begin(job, _template, state) {
      const { included, excluded } = matchLimit(state, job.inventory, job.limit);
      for (const target of included) fleetOf(job).assign(target, software(job), 'required');
      for (const target of excluded) fleetOf(job).assign(target, software(job), 'required', 'exclude');
    },
    settle,
    cancel(job) {
      job.cancelAskedAt ??= now();
    },
    settled: async () => {},
    close: async () => {},
  };
}

const timedOut = (endedAt: number): JobResult => ({
  ...canceled(endedAt),
  status: 'failed',
  explanation: 'Job terminated due to timeout',
});

const COUNTS: HostCounts = { ok: 0, changed: 0, failures: 0, dark: 0, skipped: 0, rescued: 0, ignored: 0 };

function resultOf(job: SimJob, fleet: Fleet, software: string, endedAt: number): JobResult {
  if (job.hosts.length === 0) {
    return {
      ...canceled(endedAt),
      status: 'failed',
      stdout: 'ERROR! Specified hosts and/or --limit does not match any hosts\n',
    };
  }
  const stats: Record<string, HostCounts> = {};
  const artifacts: Record<string, unknown> = {};
  const events: SimEvent[] = [];
  const add = (event: string, rest: Partial<SimEvent> = {}) =>
    void events.push({
      counter: events.length + 1,
      event,
      at: endedAt,
      failed: false,
      changed: false,
      data: {},
      ...rest,
    });
  const uninstalling = job.extraVars.eucora_action === 'uninstall';

  add('playbook_on_start');
  add('playbook_on_play_start');
  add('playbook_on_task_start', { task: TASK });
  job.hosts.forEach((host, turn) => {
    const status = fleet.statusOf(host, software);
    const outcome = status === 'installed' ? 'ok' : status === 'failed' ? 'failed' : 'unreachable';
    const rc = outcome === 'failed' ? FAILED_RC : 0;
    const res =
      outcome === 'ok'
        ? { changed: true }
        : outcome === 'failed'
          ? { changed: false, msg: 'E: Sub-process /usr/bin/dpkg returned an error code (1)', rc }
          : { unreachable: true, changed: false, msg: 'Failed to connect to the host via ssh: Connection refused' };
    stats[host] =
      outcome === 'ok'
        ? { ...COUNTS, ok: 5, changed: 1 }
        : outcome === 'failed'
          ? { ...COUNTS, ok: 3, failures: 1, rescued: 1 }
          : { ...COUNTS, dark: 1 };
    add(`runner_on_${outcome}`, {
      host,
      task: TASK,
      failed: outcome === 'failed',
      changed: outcome === 'ok',
      data: { res },
    });
    if (outcome !== 'unreachable') {
      const version = outcome === 'ok' && !uninstalling ? (job.extraVars.eucora_package_version ?? '') : '';
      // Jinja makes text of numbers.
      artifacts[`eucora_host_${turn}`] = { host, status: outcome, version, rc: String(rc), message: '' };
    }
  });
  add('playbook_on_stats', { data: { artifact_data: artifacts } });
  const failed = Object.values(stats).some(({ failures, dark }) => failures > 0 || dark > 0);
  return {
    status: failed ? 'failed' : 'successful',
    endedAt,
    explanation: '',
    stats,
    artifacts,
    events,
    stdout: recap(stats),
  };
}

/** As people read it. It is never JSON. */
export const recap = (stats: Readonly<Record<string, HostCounts>>): string =>
  [
    '',
    `PLAY RECAP ${'*'.repeat(69)}`,
    ...Object.entries(stats).map(
      ([host, { ok, changed, dark, failures }]) =>
        `${host.padEnd(26)} : ok=${ok}    changed=${changed}    unreachable=${dark}    failed=${failures}`,
    ),
    '',
  ].join('\n');
