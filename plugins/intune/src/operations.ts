import { operation, packageKey, type HeldAssignment, type Operation, type Order } from '@eucora/sdk';
import { isHeld } from './aim.js';
import type { HeldApp, IntuneState } from './held-apps.js';
import { toTargets, toWin32LobApp, type WantedTarget } from './mapping.js';
import type { Win32LobApp } from './wire.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly version: string;
  readonly app: Win32LobApp;
  readonly sha256: string;
  readonly targets: readonly WantedTarget[];
}

export const desired = (order: Order): Desired => ({
  key: packageKey(order.package),
  version: order.package.version,
  app: toWin32LobApp(order),
  sha256: order.package.artifact.sha256,
  targets: toTargets(order),
});

export const appOf = (observed: IntuneState, version: string): HeldApp | undefined =>
  observed.packages.find((app) => app.version === version);

/** The operations left to do, in order. Pure; no ids of Intune's in them, so that a plan is the same before and after. */
export const diff =
  (plane: string) =>
  (want: Desired, observed: IntuneState): readonly Operation[] => [
    ...publishing(plane, want, appOf(observed, want.version)),
    ...leaving(want, observed).map(({ version, target }) =>
      operation(plane, 'assign', 'unassign_group', `take version ${version} off group ${target}`, {
        package: want.key,
        version,
        group: target,
      }),
    ),
    ...want.targets
      .filter((target) => !isHeld(observed.assignments, want.version, target))
      .map((target) =>
        operation(plane, 'assign', 'assign_group', summaryOf(want, target), { package: want.key, ...target }),
      ),
  ];

function publishing(plane: string, want: Desired, app: HeldApp | undefined): readonly Operation[] {
  const params = { package: want.key, sha256: want.sha256 };
  const step = (kind: string, summary: string) => operation(plane, 'publish', kind, summary, params);
  return [
    ...(app ? [] : [step('create_app', `create win32LobApp "${want.app.displayName}"`)]),
    ...(app?.ready || app?.committed || app?.taken
      ? []
      : [step('upload_content', `upload the content of ${want.key}`)]),
    ...(app?.ready ? [] : [step('commit_content', `publish the content of ${want.key}`)]),
  ];
}

/**
 * What other versions hold of the order's groups. Where another version stays aimed at further groups, its exclusions stay too: taken
 * away, it would reach devices that nobody meant it for.
 */
function leaving(want: Desired, observed: IntuneState): readonly HeldAssignment[] {
  const ours = new Set(want.targets.map(({ group }) => group));
  const others = observed.assignments.filter(({ version }) => version !== want.version);
  const staysAimed = (version: string) =>
    others.some((one) => one.version === version && one.mode === 'include' && !ours.has(one.target));
  const held = others.filter(
    ({ target, mode, version }) => ours.has(target) && (mode === 'include' || !staysAimed(version)),
  );
  return [...new Map(held.map((one) => [`${one.version}\n${one.target}`, one])).values()].sort(
    (a, b) => compare(a.version, b.version) || compare(a.target, b.target),
  );
}

/** By code unit: the same everywhere. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const summaryOf = ({ app }: Desired, { group, mode, purpose }: WantedTarget) =>
  mode === 'include'
    ? `assign "${app.displayName}" to group ${group} (${purpose})`
    : `exclude group ${group} from "${app.displayName}"`;
