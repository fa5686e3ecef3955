import { recap } from './fleet-runner.js';
import type { HostCounts, JobResult, SimEvent } from './state.js';

/** One line of the callback `ansible.posix.jsonl`. */
interface Line {
  readonly _event?: string;
  readonly _timestamp?: string;
  readonly hosts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly task?: { readonly name?: string };
  readonly stats?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly global_custom_stats?: Readonly<Record<string, unknown>>;
}

/** Makes of a run's output what AWX would have stored of it. Lines that are no events (warnings) are passed over. */
export function understand(
  lines: readonly string[],
  errors: readonly string[],
  rc: number | null,
  endedAt: number,
): JobResult {
  const parsed = lines.flatMap((line) => parse(line) ?? []);
  const events: SimEvent[] = [];
  for (const line of parsed)
    for (const event of eventsOf(line, endedAt)) events.push({ ...event, counter: events.length + 1 });
  const last = parsed.findLast(({ _event }) => _event === 'v2_playbook_on_stats');
  const stats =
    last?.stats && Object.fromEntries(Object.entries(last.stats).map(([host, counts]) => [host, toCounts(counts)]));
  const text = [...(stats ? [recap(stats)] : []), ...errors].join('\n');
  return {
    status: rc === 0 ? 'successful' : 'failed',
    endedAt,
    explanation: rc === null ? 'Job terminated due to timeout' : '',
    ...(stats && Object.keys(stats).length > 0 && { stats }),
    artifacts: last?.global_custom_stats ?? {},
    events,
    stdout: text,
  };
}

function parse(line: string): Line | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && '_event' in value ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

function eventsOf(line: Line, endedAt: number): Omit<SimEvent, 'counter'>[] {
  const event = (line._event ?? '').replace(/^v2_/, '');
  const base = { event, at: Date.parse(line._timestamp ?? '') || endedAt, failed: false, changed: false, data: {} };
  const task = line.task?.name ? { task: line.task.name } : {};
  if (!event.startsWith('runner_')) return [{ ...base, ...task }];
  return Object.entries(line.hosts ?? {}).map(([host, res]) => ({
    ...base,
    ...task,
    host,
    failed: event === 'runner_on_failed',
    changed: res.changed === true,
    data: { res },
  }));
}

const toCounts = (counts: Readonly<Record<string, number>>): HostCounts => ({
  ok: counts.ok ?? 0,
  changed: counts.changed ?? 0,
  failures: counts.failures ?? 0,
  dark: counts.unreachable ?? 0,
  skipped: counts.skipped ?? 0,
  rescued: counts.rescued ?? 0,
  ignored: counts.ignored ?? 0,
});
