import { until, EucoraError, packageKey, type Context, type Operation, type Order, type Refs } from '@eucora/sdk';
import type { Awx } from './awx.js';
import { changeRecord, createRecord, deleteRecord } from './awx-groups.js';
import { cancelJob, createLabel, readJob } from './awx-jobs.js';
import { recordInventoryOf, type AnsibleConfig } from './config.js';
import type { Held } from './held-records.js';
import { failureOf, isActive, isOverdue, resultsOf } from './job-outcome.js';
import { launchChecked } from './launching.js';
import {
  launchIdOf,
  toAssignmentRecord,
  toInstallVars,
  toNames,
  toPackageRecord,
  toPattern,
  toSyncVars,
  type WantedTarget,
} from './mapping.js';
import { recordOf, type AwxState, type FoundLaunch } from './observe.js';
import { withLaunch, type AssignmentRecord, type LaunchNote, type PackageRecord } from './records.js';
import { resultsByHost } from './results.js';
import { membersOf, targetGroups } from './scope.js';

interface Task {
  readonly awx: Awx;
  readonly ctx: Context;
  readonly config: AnsibleConfig;
  readonly order: Order;
  readonly observed: AwxState;
}

interface Params extends WantedTarget {
  readonly label: string;
  readonly version: string;
  readonly generation: number;
  readonly attempt: number;
}

/** One operation. Each is one write, after whatever has to be read before it. */
export async function execute(task: Task, { kind, params }: Operation): Promise<Refs> {
  const { awx, ctx, config, order, observed } = task;
  const given = params as unknown as Params;
  switch (kind) {
    case 'create_package': {
      const held = packageOf(task);
      return {
        package: String(
          held?.id ?? (await createRecord(awx, ctx, recordInventoryOf(config), toPackageRecord(order, config))),
        ),
      };
    }
    case 'create_label':
      return { label: String(await createLabel(awx, ctx, config.installTemplate, given.label)) };
    case 'launch_sync':
      return { sync_job: String(await launchSync(task, given.attempt)) };
    case 'confirm_package':
      return confirmPackage(task);
    case 'create_assignment': {
      requirePackage(task);
      const record = toAssignmentRecord(order, wantedOf(given));
      return {
        [`assignment:${given.target}`]: String(await createRecord(awx, ctx, recordInventoryOf(config), record)),
      };
    }
    case 'change_assignment': {
      requirePackage(task);
      const held = assignmentThatIsThere(task, given);
      const { launches } = held;
      const { generation } = given;
      await changeRecord(awx, ctx, held.id, { ...toAssignmentRecord(order, wantedOf(given)), generation, launches });
      return { [`assignment:${given.target}`]: String(held.id) };
    }
    case 'remove_exclusion': {
      const leaving = observed.records.assignments.filter(
        ({ mode, target, version, purpose }) =>
          mode === 'exclude' && target === given.target && version === given.version && purpose === given.purpose,
      );
      for (const { id } of leaving) await deleteRecord(awx, ctx, id);
      return {};
    }
    case 'launch_install':
      requirePackage(task);
      return { [`job:${given.target}`]: String(await launchInstall(task, given)) };
    case 'note_launch': {
      const held = assignmentThatIsThere(task, given);
      const found = observed.aims[given.target]?.found;
      if (!found) throw notShown(`the job that was launched on ${given.target}`);
      await changeRecord(awx, ctx, held.id, withLaunch(bare(held), noteOf(found)));
      return { [`job:${given.target}`]: String(found.job) };
    }
    case 'cancel_job':
      return cancel(task, given);
    default:
      throw new EucoraError('INTERNAL', { what: `"${kind}" is no operation on AWX` });
  }
}

const packageOf = ({ order, observed }: Task): Held<PackageRecord> | undefined =>
  observed.records.packages.find(({ version }) => version === order.package.version);

/** Nothing is aimed that hosts could not get; what is taken off need not be there. */
function requirePackage(task: Task): void {
  if (task.order.purpose === 'uninstall' || packageOf(task)?.ready) return;
  throw notShown(`${packageKey(task.order.package)} as published`);
}

async function launchSync(task: Task, attempt: number): Promise<number> {
  const { awx, ctx, config, order } = task;
  const held = packageOf(task);
  if (!held || config.repositoryTemplate === undefined) throw notShown(`the record of ${packageKey(order.package)}`);
  return launchChecked(awx, ctx, config, {
    template: config.repositoryTemplate,
    correlationId: order.correlationId,
    extraVars: toSyncVars(order, config, launchIdOf(held.id, held.generation, attempt)),
  });
}

/** Waits until the repository has it. A job that takes too long is cancelled, for its node may be dead. */
async function confirmPackage(task: Task): Promise<Refs> {
  const { awx, ctx, config, order, observed } = task;
  const held = packageOf(task);
  if (!held) throw notShown(`the record of ${packageKey(order.package)}`);
  if (config.repositoryTemplate !== undefined) {
    if (!observed.sync) throw notShown(`the job that puts ${packageKey(order.package)} into the repository`);
    await waitForSuccess(awx, ctx, config, observed.sync.job, order);
  }
  const { id, modified: _modified, ...record } = held;
  await changeRecord(awx, ctx, id, { ...record, ready: true });
  return { package: String(id) };
}

async function waitForSuccess(awx: Awx, ctx: Context, config: AnsibleConfig, id: number, order: Order): Promise<void> {
  const job = await until(
    ctx,
    {
      everyMs: config.pollMs,
      patienceMs: config.patienceMs,
      waitingFor: `job ${id} to put ${packageKey(order.package)} into the repository`,
    },
    async () => {
      const row = await readJob(awx, ctx, id);
      if (!row) throw notShown(`job ${id}, which put ${packageKey(order.package)} into the repository,`);
      if (isOverdue(row, config, ctx.now().getTime())) {
        await cancelJob(awx, ctx, id);
        throw overdue(id, config);
      }
      return resultsOf(row, config, ctx.now().getTime()) === 'to_come' ? undefined : row;
    },
  );
  const failure = failureOf(job, `${packageKey(order.package)} into the repository`);
  if (failure) throw failure;
}

/** The first attempt goes to the group; later ones to the hosts that are left, name by name. */
async function launchInstall(task: Task, params: Params): Promise<number> {
  const { awx, ctx, config, order, observed } = task;
  const held = assignmentThatIsThere(task, params);
  const excluded = order.scope.exclude ?? [];
  const groups = await targetGroups(awx, ctx, config, [params.target, ...excluded]);
  const include = [groups.get(params.target)!];
  const exclude = excluded.map((name) => groups.get(name)!);
  const left = params.attempt > 1 ? await leftBehind(awx, ctx, config, held, { include, exclude }) : [];
  const names = left.length > 0 ? toNames(left) : undefined;

  const launch = launchIdOf(held.id, params.generation, params.attempt);
  const limit = names ?? toPattern(params.target, excluded);
  const scope = observed.aims[params.target]?.hosts ?? 0;
  const asked = names === undefined ? scope : left.length;
  return launchChecked(awx, ctx, config, {
    template: config.installTemplate,
    correlationId: order.correlationId,
    extraVars: toInstallVars(order, config, { launch, limit, asked, scope }),
    limit,
    inventory: config.inventory,
  });
}

/** Hosts of the scope that no job of this generation brought through. */
async function leftBehind(
  awx: Awx,
  ctx: Context,
  config: AnsibleConfig,
  held: AssignmentRecord,
  groups: Parameters<typeof membersOf>[2],
): Promise<readonly string[]> {
  const members = await membersOf(awx, ctx, groups);
  const runnable = [...members.values()].filter(({ enabled }) => enabled).map(({ name }) => name);
  const { results } = await resultsByHost(awx, ctx, config, held, new Set(runnable));
  return runnable.filter((name) => !results.get(name)?.ok);
}

/** Accepted is not done: only when the job has ended may another begin. */
async function cancel({ awx, ctx, config, observed }: Task, { target, generation, attempt }: Params): Promise<Refs> {
  const { found, last } = observed.aims[target] ?? {};
  const running = [found, last].find((one) => one?.generation === generation && one.attempt === attempt);
  if (!running) return {};
  await cancelJob(awx, ctx, running.job);
  await until(
    ctx,
    { everyMs: config.pollMs, patienceMs: config.patienceMs, waitingFor: `job ${running.job} to be cancelled` },
    async () => {
      const job = await readJob(awx, ctx, running.job);
      return !job || (!isActive(job) && resultsOf(job, config, ctx.now().getTime()) !== 'to_come') ? true : undefined;
    },
  );
  return { [`job:${target}`]: String(running.job) };
}

function assignmentThatIsThere({ observed }: Task, { target }: Params): Held<AssignmentRecord> {
  const held = recordOf(observed.records, { target });
  if (!held) throw notShown(`the assignment of ${target}`);
  return held;
}

const wantedOf = ({ target, mode, purpose }: Params): WantedTarget => ({ target, mode, purpose });

const bare = ({ id: _id, modified: _modified, ...record }: Held<AssignmentRecord>): AssignmentRecord => record;

const noteOf = ({ generation, attempt, job, asked, scope }: FoundLaunch): LaunchNote => ({
  generation,
  attempt,
  job,
  asked,
  scope,
});

const notShown = (what: string) => new EucoraError('PLANE_NOT_CONVERGING', { what: `AWX does not show ${what} yet` });

const overdue = (job: number, { jobDeadlineMs }: AnsibleConfig) =>
  new EucoraError('DEADLINE_EXCEEDED', {
    what: `job ${job} did not end within ${Math.round(jobDeadlineMs / 60_000)} minutes and was cancelled`,
    remedy: 'Look at the execution node in AWX; the job is launched again.',
    details: { job },
  });
