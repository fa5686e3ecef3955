import { operation, type HeldAssignment, type Operation, type Order } from '@eucora/sdk';
import type { Application, SandboxAssignment, SandboxPackage } from './holdings.js';

export type WantedAssignment = Pick<HeldAssignment, 'version' | 'target' | 'mode' | 'purpose'>;

export interface Desired {
  readonly app: Application;
  readonly version: string;
  readonly sha256: string;
  readonly assignments: readonly WantedAssignment[];
}

export interface SandboxState {
  readonly packages: readonly SandboxPackage[];
  readonly assignments: readonly SandboxAssignment[];
}

export const applicationOf = ({ package: { name, platform } }: Order): Application => ({ name, platform });

export function desiredOf(order: Order): Desired {
  const { version, artifact } = order.package;
  const aimedAt = (mode: 'include' | 'exclude', targets: readonly string[] = []) =>
    [...new Set(targets)].map((target) => ({ version, target, mode, purpose: order.purpose }));
  return {
    app: applicationOf(order),
    version,
    sha256: artifact.sha256,
    assignments: [...aimedAt('include', order.scope.include), ...aimedAt('exclude', order.scope.exclude)],
  };
}

/** The new version is aimed before the old one is taken off: a target is never without any. */
export const differenceOf =
  (plane: string) =>
  (want: Desired, have: SandboxState): Operation[] => [
    ...publishing(plane, want, have),
    ...assigning(plane, want, have),
  ];

function publishing(plane: string, { app, version, sha256 }: Desired, have: SandboxState): Operation[] {
  const held = have.packages.find((pkg) => pkg.version === version);
  if (held?.ready) return [];
  const params = { ...app, version, sha256 };
  const upload = operation(plane, 'publish', 'upload_content', `upload ${app.name} ${version}`, params);
  if (held) return [upload];
  return [operation(plane, 'publish', 'create_package', `create package ${app.name} ${version}`, params), upload];
}

function assigning(plane: string, want: Desired, have: SandboxState): Operation[] {
  const missing = want.assignments.filter((wanted) => !have.assignments.some((held) => isSame(held, wanted)));
  const inTheWay = have.assignments.filter(
    (held) =>
      held.mark &&
      want.assignments.some(({ target }) => target === held.target) &&
      !want.assignments.some((wanted) => isSame(held, wanted)),
  );
  return [
    ...missing.map((wanted) => aim(plane, 'assign_target', 'aim', want.app, wanted)),
    ...inTheWay.map((held) => aim(plane, 'unassign_target', 'take off', want.app, held)),
  ];
}

const aim = (plane: string, kind: string, verb: string, app: Application, wanted: WantedAssignment) => {
  const { version, target, mode, purpose } = wanted;
  const summary = `${verb} ${app.name} ${version} (${purpose}, ${mode}): ${target}`;
  return operation(plane, 'assign', kind, summary, { ...app, version, target, mode, purpose });
};

export const isSame = (a: WantedAssignment, b: WantedAssignment): boolean =>
  a.version === b.version && a.target === b.target && a.mode === b.mode && a.purpose === b.purpose;
