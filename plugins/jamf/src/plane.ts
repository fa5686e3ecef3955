import {
  heartbeat,
  definePlane,
  EucoraError,
  type CanCountScope,
  type CanListAssignments,
  type CanSyncInventory,
  type Context,
  type Known,
  type MarkedAssignment,
  type Operation,
  type Refs,
} from '@eucora/sdk';
import type { JamfConfig } from './config.js';
import { finishedRuns } from './finished-runs.js';
import { deviceStates } from './device-states.js';
import {
  assignmentsOf,
  heldPolicy,
  observeApp,
  toHeldVersion,
  type HeldPolicy,
  type HeldVersion,
  type JamfState,
} from './held.js';
import { openJamf, type Jamf } from './jamf.js';
import { inventory, membersOf } from './jamf-computers.js';
import { askForVersion, findPackages } from './jamf-packages.js';
import { policyIds } from './jamf-policies.js';
import { readPolicyName, toPlatform } from './mapping.js';
import { readPackageMark } from './marks.js';
import { desired, diff, versionOf, type Desired, type SaveManner } from './operations.js';
import { notConverging } from './errors.js';
import { enablePolicy, releaseGroups, restartPolicy, savePolicy } from './point.js';
import { sideBySide } from './side-by-side.js';
import { confirmFile, createRow, uploadFile } from './publish.js';

/**
 * Jamf Pro as an execution plane. Each package version is a package object of its own; one policy for each application and ring,
 * under a name that never changes, brings one of them to the ring's computer groups. Versions change hands by pointing the
 * policy elsewhere; the older package stays where it is.
 */
export const jamf = (config: JamfConfig, plane: string) => {
  let open: Jamf | undefined;
  let finished = finishedRuns();
  const connected = (): Jamf => {
    if (!open) throw new EucoraError('NOT_CONNECTED', { what: `${plane} is not connected` });
    return open;
  };
  const want = desired(config.retryAttempts);

  return definePlane<Desired, JamfState, CanCountScope & CanListAssignments & CanSyncInventory>({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry'],
    consistencyMs: config.consistencyMs,
    async connect() {
      open?.close();
      open = openJamf(config, plane);
      finished = finishedRuns();
    },
    async disconnect() {
      open?.close();
      open = undefined;
    },
    check: (ctx) =>
      heartbeat(ctx, async () => {
        const version = await askForVersion(connected(), ctx);
        return `Jamf Pro ${version} at ${new URL(config.url).host} lets us in`;
      }),

    desired: want,
    observe: (ctx, { order, refs }) => observeApp(connected(), ctx, order, refs),
    diff: diff(plane),
    execute: (ctx, operation, known) => execute(connected(), ctx, config, want(known.order), operation, known),

    async *deviceStates(ctx, { order, refs }) {
      const client = connected();
      yield* deviceStates(client, ctx, order, await observeApp(client, ctx, order, refs), finished);
    },

    countScope: async (ctx, { order: { scope } }) => (await membersOf(connected(), ctx, scope)).size,

    async *listAssignments(ctx) {
      const client = connected();
      const packages = (await findPackages(client, ctx)).flatMap((one): readonly HeldVersion[] => {
        const mark = readPackageMark(one.notes);
        return mark ? [toHeldVersion(one, mark)] : [];
      });
      const named = [...(await policyIds(client, ctx))].flatMap(([name, id]) => {
        const place = readPolicyName(name);
        return place ? [{ id, place }] : [];
      });
      for (let at = 0; at < named.length; at += POLICIES_A_PAGE) {
        const held = await sideBySide(named.slice(at, at + POLICIES_A_PAGE), ({ id, place }) =>
          heldPolicy(client, ctx, id, place),
        );
        yield held.flatMap((policy) => (policy ? markedAssignments(policy, packages) : []));
      }
    },

    async *syncInventory(ctx) {
      for await (const page of inventory(connected(), ctx, { section: ['GENERAL', 'OPERATING_SYSTEM'] })) {
        yield page.map(({ id, general = {}, operatingSystem }) => {
          const seen = general.lastContact ?? general.lastCheckIn ?? general.lastContactTime;
          return {
            deviceId: id,
            name: general.name ?? id,
            platform: toPlatform(general.platform),
            ...(operatingSystem?.version && { osVersion: operatingSystem.version }),
            ...(seen && { lastSeen: new Date(seen).toISOString() }),
          };
        });
      }
    },
  });
};

const POLICIES_A_PAGE = 100;

const markedAssignments = (policy: HeldPolicy, packages: readonly HeldVersion[]): readonly MarkedAssignment[] =>
  assignmentsOf(policy, packages).map((held) => ({
    ...held,
    packageName: readPackageMark(policy.description)!.name,
    mark: policy.marked.mark,
  }));

async function execute(
  client: Jamf,
  ctx: Context,
  config: JamfConfig,
  want: Desired,
  { kind, params }: Operation,
  { order, observed }: Known & { readonly observed: JamfState },
): Promise<Refs> {
  const pointing = { jamf: client, config, want, order, have: observed };
  switch (kind) {
    case 'create_package': {
      const there = versionOf(observed, want.key);
      return there ? { package_id: there.ref } : createRow(client, ctx, config, order);
    }
    case 'upload_package':
      return uploadFile(client, ctx, config, order.package, versionThatIsThere(observed, want));
    case 'confirm_package':
      return confirmFile(client, ctx, config, versionThatIsThere(observed, want));
    case 'save_policy':
      return savePolicy(ctx, pointing, params.manner as SaveManner);
    case 'restart_policy':
      return restartPolicy(ctx, pointing);
    case 'enable_policy':
      return enablePolicy(ctx, pointing);
    case 'release_groups':
      return releaseGroups(ctx, pointing, String(params.policy), params.groups as readonly string[]);
    default:
      throw new EucoraError('INTERNAL', { what: `"${kind}" is no operation on Jamf Pro` });
  }
}

function versionThatIsThere(observed: JamfState, want: Desired): HeldVersion {
  const held = versionOf(observed, want.key);
  if (!held) throw notConverging(`Jamf Pro does not show the package of ${want.key} yet`);
  return held;
}
