import { markOf, operation, packageKey, type Artifact, type Mark, type Operation, type Order } from '@eucora/sdk';
import { isHeld } from './aim.js';
import type { Writes } from './graph-writes.js';
import type { HeldApp, HeldTarget, IntuneState } from './held-apps.js';
import { toTargets, toWin32LobApp, type WantedTarget } from './mapping.js';
import { isNoted } from './notes.js';
import type { Win32LobApp } from './wire.js';

/** What should exist for an order. */
export interface Desired {
  readonly key: string;
  readonly version: string;
  readonly app: Win32LobApp;
  readonly artifact: Artifact;
  readonly mark: Mark;
  readonly targets: readonly WantedTarget[];
}

export const desired = (order: Order): Desired => ({
  key: packageKey(order.package),
  version: order.package.version,
  app: toWin32LobApp(order),
  artifact: order.package.artifact,
  mark: markOf(order),
  targets: toTargets(order),
});

export const appOf = (observed: IntuneState, version: string): HeldApp | undefined =>
  observed.packages.find((app) => app.version === version);

/** The operations left to do, in order. Pure; no ids of Intune's in them, so that a plan is the same before and after. */
export const diff =
  (plane: string, writes: Writes) =>
  (want: Desired, observed: IntuneState): readonly Operation[] => [
    ...publishing(plane, writes, want, appOf(observed, want.version)),
    ...leaving(want, observed).map(({ version, target }) =>
      operation(
        plane,
        'assign',
        'unassign_group',
        `take version ${version} off group ${target}`,
        { package: want.key, version, group: target },
        appsHolding(observed, version, target).flatMap(() => writes.assign),
      ),
    ),
    ...want.targets
      .filter((target) => !isHeld(observed.assignments, want.version, target))
      .map((target) =>
        operation(
          plane,
          'assign',
          'assign_group',
          summaryOf(want, target),
          { package: want.key, ...target },
          isNoted(appOf(observed, want.version)?.noted, want.mark, target.group)
            ? writes.assign
            : [...writes.changeApp, ...writes.assign],
        ),
      ),
  ];

/** Apps of the version that have an assignment of the group: more than one only where somebody copied our mark. */
export const appsHolding = ({ assignments }: IntuneState, version: string, group: string): readonly string[] => [
  ...new Set(assignments.filter((one) => one.version === version && one.target === group).map(({ app }) => app)),
];

function publishing(plane: string, writes: Writes, want: Desired, app: HeldApp | undefined): readonly Operation[] {
  const params = { package: want.key, sha256: want.artifact.sha256 };
  const step = (kind: string, summary: string, sent: readonly string[]) =>
    operation(plane, 'publish', kind, summary, params, sent);
  return [
    ...(app ? [] : [step('create_app', `create win32LobApp "${want.app.displayName}"`, writes.createApp)]),
    ...(app?.ready || app?.committed || app?.taken
      ? []
      : [step('upload_content', `upload the content of ${want.key}`, writes.uploadContent(want.artifact))]),
    ...(app?.ready
      ? []
      : [step('commit_content', `publish the content of ${want.key}`, app?.committed ? [] : writes.changeApp)]),
  ];
}

/**
 * What other versions hold of the order's groups. Where another version stays aimed at further groups, its exclusions stay too: taken
 * away, it would reach devices that nobody meant it for.
 */
function leaving(want: Desired, observed: IntuneState): readonly HeldTarget[] {
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
