import {
  heartbeat,
  until,
  definePlane,
  EucoraError,
  markOf,
  packageKey,
  type CanCountScope,
  type CanListAssignments,
  type CanSyncInventory,
  type Context,
  type Known,
  type MarkedAssignment,
  type Operation,
  type Order,
  type Refs,
} from '@eucora/sdk';
import { aiming, type Aim } from './aim.js';
import type { IntuneConfig } from './config.js';
import { openGraph, type Graph } from './graph.js';
import { askForOneApp, assignmentsOf, changeApp, createApp, readApp, win32Apps } from './graph-apps.js';
import { countMembers, intuneIdsOf, managedDevices, membersOf } from './graph-directory.js';
import { exportInstallStates } from './graph-reports.js';
import { writesOf } from './graph-writes.js';
import { observeApps, type HeldApp, type IntuneState } from './held-apps.js';
import { foldStates } from './install-states.js';
import { toHeldAssignment, toPlatform, toWin32LobApp, type WantedTarget } from './mapping.js';
import { markOfTarget, readPackageMark } from './notes.js';
import { appOf, appsHolding, desired, diff, type Desired } from './operations.js';
import { rowsOf, type ReportRow } from './report.js';
import { uploadContent } from './upload.js';

interface Connection {
  readonly graph: Graph;
  readonly aim: Aim;
}

/**
 * Intune as an execution plane. Each package version is an app object of its own, found again by our mark in its notes, for
 * Intune never refuses a second app of the same name. Versions change hands by moving assignments; the older app stays where it is.
 */
export const intune = (config: IntuneConfig, plane: string) => {
  let connection: Connection | undefined;
  const connected = (): Connection => {
    if (!connection) throw new EucoraError('NOT_CONNECTED', { what: `${plane} is not connected` });
    return connection;
  };

  return definePlane<Desired, IntuneState, CanCountScope & CanListAssignments & CanSyncInventory>({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry'],
    consistencyMs: config.consistencyMs,
    async connect() {
      connection?.graph.close();
      const graph = openGraph(config, plane);
      connection = { graph, aim: aiming(graph, config.consistencyMs) };
    },
    async disconnect() {
      connection?.graph.close();
      connection = undefined;
    },
    check: (ctx) =>
      heartbeat(ctx, async () => {
        await askForOneApp(connected().graph, ctx);
        return `${new URL(config.graphUrl).host} lets us read the apps of tenant ${config.tenantId}`;
      }),

    desired,
    observe: (ctx, { order, refs }) => observe(connected().graph, ctx, order, refs),
    diff: diff(plane, writesOf(config)),
    execute: (ctx, operation, known) => execute(connected(), ctx, config, operation, known),

    async *deviceStates(ctx, { order, refs }) {
      const { graph } = connected();
      const app = appOf(await observe(graph, ctx, order, refs), order.package.version);
      const devices = await membersOf(graph, ctx, order.scope);
      const intuneIds = await intuneIdsOf(graph, ctx, devices);
      const rows = app ? rowsOf(await exportInstallStates(graph, ctx, config, app.ref)) : noRows();
      yield* foldStates(rows, devices, intuneIds);
    },

    async countScope(ctx, { order: { scope } }) {
      const { graph } = connected();
      const [only, ...more] = scope.include;
      if (only !== undefined && more.length === 0 && !scope.exclude?.length) return countMembers(graph, ctx, only);
      return (await membersOf(graph, ctx, scope)).size;
    },

    async *listAssignments(ctx) {
      const { graph } = connected();
      for await (const page of win32Apps(graph, ctx)) {
        const apps = page.flatMap((app) => {
          const mark = readPackageMark(app.notes);
          return mark ? [{ id: app.id, notes: app.notes, mark }] : [];
        });
        if (apps.length === 0) continue;
        const assignments = await assignmentsOf(
          graph,
          ctx,
          apps.map(({ id }) => id),
        );
        yield apps.flatMap(({ id, notes, mark: pkg }) =>
          (assignments.get(id) ?? []).flatMap((one): MarkedAssignment[] => {
            const held = toHeldAssignment(pkg.version, one);
            const mark = markOfTarget(notes, held.target);
            return mark ? [{ ...held, packageName: pkg.name, mark }] : [];
          }),
        );
      }
    },

    async *syncInventory(ctx) {
      for await (const page of managedDevices(connected().graph, ctx)) {
        yield page.map((device) => ({
          deviceId: device.id,
          name: device.deviceName ?? device.id,
          platform: toPlatform(device.operatingSystem),
          ...(device.osVersion && { osVersion: device.osVersion }),
          ...(device.lastSyncDateTime && { lastSeen: new Date(device.lastSyncDateTime).toISOString() }),
        }));
      }
    },
  });
};

const observe = (graph: Graph, ctx: Context, order: Order, refs: Refs) => observeApps(graph, ctx, order.package, refs);

async function* noRows(): AsyncIterable<ReportRow> {}

async function execute(
  { graph, aim }: Connection,
  ctx: Context,
  config: IntuneConfig,
  { kind, params }: Operation,
  { order, observed }: Known & { readonly observed: IntuneState },
): Promise<Refs> {
  const version = order.package.version;
  switch (kind) {
    case 'create_app': {
      const there = appOf(observed, version);
      return { app_id: there?.ref ?? (await createApp(graph, ctx, toWin32LobApp(order))) };
    }
    case 'upload_content': {
      const app = appThatIsThere(observed, order);
      const taken = app.committed ?? app.taken ?? (await uploadContent(graph, ctx, config, app.ref, order.package));
      return { app_id: app.ref, content_version: taken };
    }
    case 'commit_content': {
      const app = appThatIsThere(observed, order);
      await publish(graph, ctx, config, app);
      return { app_id: app.ref };
    }
    case 'assign_group': {
      const app = appThatIsThere(observed, order);
      const { group, mode, purpose } = params as unknown as WantedTarget;
      await aim.at(ctx, app.ref, { group, mode, purpose }, markOf(order));
      return { app_id: app.ref };
    }
    case 'unassign_group': {
      const group = String(params.group);
      for (const app of appsHolding(observed, String(params.version), group)) await aim.away(ctx, app, group);
      return {};
    }
    default:
      throw new EucoraError('INTERNAL', { what: `"${kind}" is no operation on Intune` });
  }
}

/** Points the app at its content and waits until Intune has published it. */
async function publish(
  graph: Graph,
  ctx: Context,
  config: IntuneConfig,
  { ref, committed, taken }: HeldApp,
): Promise<void> {
  if (committed === undefined && taken === undefined) throw notShown(`the uploaded content of app ${ref}`);
  if (committed === undefined) await changeApp(graph, ctx, ref, { committedContentVersion: taken! });
  await until(
    ctx,
    { everyMs: config.publishPollMs, patienceMs: config.patienceMs, waitingFor: `app ${ref} to be published` },
    async () => ((await readApp(graph, ctx, ref))?.publishingState === 'published' ? true : undefined),
  );
}

function appThatIsThere(observed: IntuneState, order: Order): HeldApp {
  const app = appOf(observed, order.package.version);
  if (!app) throw notShown(`the app of ${packageKey(order.package)}`);
  return app;
}

const notShown = (what: string) =>
  new EucoraError('PLANE_NOT_CONVERGING', { what: `Intune does not show ${what} yet` });
