import {
  heartbeat,
  definePlane,
  EucoraError,
  reasonOf,
  type CanCountScope,
  type CanListAssignments,
  type CanSyncInventory,
  type Context,
} from '@eucora/sdk';
import { openAwx, type Awx } from './awx.js';
import { askWho, preflightOf } from './awx-jobs.js';
import { countMembers, groupsUrl, hostsOfInventory } from './awx-groups.js';
import { recordInventoryOf, type AnsibleConfig } from './config.js';
import { execute } from './execute.js';
import { markedAssignments, recordsOf, toHeldAssignment, toHeldPackage } from './held-records.js';
import { toInventoryDevice } from './inventory.js';
import { misconfigured, refusals } from './launching.js';
import { toTargets } from './mapping.js';
import { observe, type AwxState } from './observe.js';
import { desired, diff, type Desired } from './operations.js';
import { deviceStates } from './results.js';
import { membersOf, targetGroups } from './scope.js';
import { forwarder, jobLines, type JobLine } from './telemetry.js';

interface Connection {
  readonly awx: Awx;
  readonly forward: ReturnType<typeof forwarder>;
}

/** The events of one job of ours as lines of JSON, from AWX's own record of them. */
export interface CanTellOfJobs {
  jobLines(ctx: Context, job: number, after?: number): AsyncIterable<JobLine>;
}

/**
 * Ansible AWX as an execution plane. AWX runs jobs and holds no wishes, so the hub's wishes are kept on it as records (groups without
 * hosts, see records.ts), and a job is the way from a record to the hosts. What became of the hosts is read from the jobs.
 */
export const ansible = (config: AnsibleConfig, plane: string) => {
  let connection: Connection | undefined;
  const connected = (): Connection => {
    if (!connection) throw new EucoraError('NOT_CONNECTED', { what: `${plane} is not connected` });
    return connection;
  };

  const converging = definePlane<
    Desired,
    AwxState,
    CanCountScope & CanListAssignments & CanSyncInventory & CanTellOfJobs
  >({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry'],
    consistencyMs: config.consistencyMs,
    async connect() {
      connection?.awx.close();
      connection = { awx: openAwx(config, plane), forward: forwarder(config) };
    },
    async disconnect() {
      connection?.awx.close();
      connection = undefined;
    },
    check: (ctx) =>
      heartbeat(ctx, async () => {
        return await provenFit(connected().awx, ctx, config);
      }),

    desired: desired(config),
    observe: (ctx, { order }) => observe(connected().awx, ctx, config, order),
    diff: diff(plane, config),
    execute: (ctx, operation, { order, observed }) =>
      execute({ awx: connected().awx, ctx, config, order, observed }, operation),

    async *deviceStates(ctx, { order }) {
      const { awx, forward } = connected();
      yield* deviceStates(awx, ctx, config, order, (job) => forward(awx, ctx, job));
    },

    async countScope(ctx, { order }) {
      const { awx } = connected();
      const targets = toTargets(order);
      const groups = await targetGroups(
        awx,
        ctx,
        config,
        targets.map(({ target }) => target),
      );
      const ids = (mode: 'include' | 'exclude') =>
        targets.filter((one) => one.mode === mode).map(({ target }) => groups.get(target)!);
      const [only, ...more] = ids('include');
      if (only !== undefined && more.length === 0 && ids('exclude').length === 0)
        return countMembers(awx, ctx, only, false);
      return (await membersOf(awx, ctx, { include: ids('include'), exclude: ids('exclude') })).size;
    },

    listAssignments: (ctx) => markedAssignments(connected().awx, ctx, config),

    async *syncInventory(ctx) {
      for await (const page of hostsOfInventory(connected().awx, ctx, config.inventory))
        yield page.map(toInventoryDevice);
    },

    jobLines: (ctx, job, after) => jobLines(connected().awx, ctx, job, after),
  });

  return {
    ...converging,
    /** What is held is in the records; the jobs are not needed to tell. */
    async queryState(ctx: Context, { order }: Parameters<typeof converging.queryState>[1]) {
      const { packages, assignments } = await recordsOf(connected().awx, ctx, config, order.package);
      return { packages: packages.map(toHeldPackage), assignments: assignments.map(toHeldAssignment) };
    },
  };
};

/** Asks everything that a run will need, and reports every complaint at once. */
async function provenFit(awx: Awx, ctx: Context, config: AnsibleConfig): Promise<string> {
  const { version, user } = await askWho(awx, ctx);
  const { labels, inventory, installTemplate, repositoryTemplate } = config;
  const wrong: string[] = [];
  for (const [template, needs] of [
    [installTemplate, { limit: true, labels, inventory }],
    ...(repositoryTemplate === undefined ? [] : ([[repositoryTemplate, { labels }]] as const)),
  ] as const) {
    const preflight = await preflightOf(awx, ctx, template);
    const complaints = refusals(preflight, needs);
    if (complaints.length > 0) wrong.push(reasonOf(misconfigured(template, preflight, complaints)));
  }
  await awx.count(ctx, groupsUrl(recordInventoryOf(config)));
  if (wrong.length > 0) throw new EucoraError('CONFIG_INVALID', { what: wrong.join('; ') });
  return `${new URL(config.url).host} (AWX ${version}) knows us as ${user}; its templates can be launched`;
}
