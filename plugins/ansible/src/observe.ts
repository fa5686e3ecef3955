import type { Context, Order, PlaneState } from '@eucora/sdk';
import type { Awx } from './awx.js';
import { groupsNamed } from './awx-groups.js';
import { findLaunched, labelNamed, readJob, variablesOf } from './awx-jobs.js';
import type { AnsibleConfig } from './config.js';
import { recordsOf, toHeldAssignment, toHeldPackage, type Held, type Records } from './held-records.js';
import { isActive, isOverdue, resultsOf, succeededIn } from './job-outcome.js';
import { labelOf, toTargets, type WantedTarget } from './mapping.js';
import type { AssignmentRecord, LaunchNote, PackageRecord } from './records.js';
import { countRunnable } from './scope.js';
import type { JobRow } from './wire.js';

/** What AWX holds of an order's application, and what has become of the jobs that the order needs. */
export interface AwxState extends PlaneState {
  readonly records: Records;
  readonly label: { readonly name: string; readonly there: boolean };
  /** Groups of the scope that the inventory does not have. */
  readonly missing: readonly string[];
  /** The repository job of the wanted version, while that is not ready. */
  readonly sync?: FoundLaunch;
  readonly aims: Readonly<Record<string, AimFacts>>;
}

/** A job that was found by its name. */
export interface FoundLaunch extends LaunchNote {
  readonly active: boolean;
  readonly status: JobRow['status'];
}

export interface AimFacts {
  /** Hosts that a job would run on now. */
  readonly hosts: number;
  /** Launched, and not written into the record yet. */
  readonly found?: FoundLaunch;
  /** The job that the record names last. */
  readonly last?: NotedJob;
}

/** `home`: every host of the scope came through. `left`: some did not, and another try is due. `resting`: it is not due yet. */
export interface NotedJob extends LaunchNote {
  readonly outcome: 'active' | 'overdue' | 'home' | 'resting' | 'left';
}

/** Answers of other AWX nodes may be a little apart in time; a launch is known by its name anyway. */
const CLOCKS_APART_MS = 300_000;

export async function observe(awx: Awx, ctx: Context, config: AnsibleConfig, order: Order): Promise<AwxState> {
  const targets = toTargets(order);
  const records = await recordsOf(awx, ctx, config, order.package);
  const groups = await groupsNamed(
    awx,
    ctx,
    config.inventory,
    targets.map(({ target }) => target),
  );
  const name = labelOf(order.correlationId);
  const there = config.labels && (await labelNamed(awx, ctx, name)) !== undefined;
  const look = looking(awx, ctx, config, order, there);

  const excluded = targets.filter(({ mode }) => mode === 'exclude').flatMap(({ target }) => groups.get(target) ?? []);
  const aims: Record<string, AimFacts> = {};
  for (const wanted of targets.filter(({ mode }) => mode === 'include')) {
    const group = groups.get(wanted.target);
    if (group === undefined) continue;
    const hosts = await countRunnable(awx, ctx, group, excluded);
    aims[wanted.target] = { hosts, ...(await look.at(recordOf(records, wanted), hosts)) };
  }
  const own = records.packages.find(({ version }) => version === order.package.version);
  const sync = own && !own.ready ? await look.sync(own) : undefined;

  return {
    packages: records.packages.map(toHeldPackage),
    assignments: records.assignments.map(toHeldAssignment),
    records,
    label: { name, there },
    missing: targets.map(({ target }) => target).filter((target) => !groups.has(target)),
    ...(sync && { sync }),
    aims,
  };
}

/** What is offered and not installed needs no job. */
export const isLaunched = ({ mode, purpose }: WantedTarget): boolean => mode === 'include' && purpose !== 'available';

/** The record of a group: one, whatever version is on it. */
export const recordOf = (records: Records, wanted: Pick<WantedTarget, 'target'>): Held<AssignmentRecord> | undefined =>
  records.assignments.find(({ target, mode }) => mode === 'include' && target === wanted.target);

function looking(awx: Awx, ctx: Context, config: AnsibleConfig, { correlationId }: Order, labelled: boolean) {
  const now = () => ctx.now().getTime();

  const find = async (
    held: Held<AssignmentRecord | PackageRecord>,
    template: number,
  ): Promise<FoundLaunch | undefined> => {
    const since = new Date(Date.parse(held.modified) - CLOCKS_APART_MS).toISOString();
    const launch = `${held.id}/${held.generation}/`;
    const row = await findLaunched(awx, ctx, { template, correlationId, since, launch }, labelled);
    return row && toFound(row, held.generation);
  };

  const judged = async (note: LaunchNote, hosts: number): Promise<NotedJob['outcome']> => {
    const job = await readJob(awx, ctx, note.job);
    if (!job) return 'left';
    if (isActive(job)) return isOverdue(job, config, now()) ? 'overdue' : 'active';
    const results = resultsOf(job, config, now());
    if (results === 'to_come') return 'active';
    const wellDone = results === 'complete' && job.status === 'successful' && succeededIn(job) === note.asked;
    if (wellDone && note.scope === hosts) return 'home';
    return now() - Date.parse(job.finished ?? job.created) >= config.retryAfterMs ? 'left' : 'resting';
  };

  return {
    sync: async (own: Held<PackageRecord>) =>
      config.repositoryTemplate === undefined ? undefined : find(own, config.repositoryTemplate),

    async at(held: Held<AssignmentRecord> | undefined, hosts: number): Promise<Partial<AimFacts>> {
      if (!held) return {};
      const note = held.launches.at(-1);
      const last = note && { ...note, outcome: await judged(note, hosts) };
      if (last?.generation === held.generation && last.outcome !== 'left') return { last };
      const found = held.purpose === 'available' ? undefined : await find(held, config.installTemplate);
      const isNews = found && !held.launches.some(({ job }) => job === found.job);
      return { ...(last && { last }), ...(isNews && { found }) };
    },
  };
}

function toFound(row: JobRow, generation: number): FoundLaunch {
  const vars = variablesOf(row);
  return {
    generation,
    attempt: Number(String(vars.eucora_launch).split('/')[2]),
    job: row.id,
    asked: Number(vars.eucora_asked_hosts ?? 0),
    scope: Number(vars.eucora_scope_hosts ?? 0),
    active: isActive(row),
    status: row.status,
  };
}
