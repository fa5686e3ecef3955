import {
  definePlane,
  EucoraError,
  operation,
  packageKey,
  type DeviceState,
  type HeldAssignment,
  type MarkedAssignment,
  type Mark,
  type Operation,
  type Order,
  type PlaneState,
} from '@eucora/sdk';

export interface App {
  readonly name: string;
  readonly version: string;
  readonly mark: Mark;
  readonly targets: Map<string, HeldAssignment>;
}

/** A plane in a few lines, with a ledger of every write and ways to make it fail. */
export function aPlane(id = 'plane') {
  const apps = new Map<string, App>();
  const ledger: string[] = [];
  const faults: { at: RegExp; error: () => unknown; afterwards?: boolean }[] = [];
  const devices = new Map<string, DeviceState[]>();
  const control = { healthy: true };

  const failAt = (summary: string, afterwards: boolean) => {
    const index = faults.findIndex((fault) => fault.at.test(summary) && (fault.afterwards ?? false) === afterwards);
    if (index < 0) return;
    const [fault] = faults.splice(index, 1);
    throw fault!.error();
  };

  const execute = (op: Operation) => {
    const { name, version, target, mark } = op.params as { name: string; version: string; target: string; mark: Mark };
    failAt(op.summary, false);
    ledger.push(op.summary);
    const key = `${name}@${version}`;
    if (op.kind === 'create') apps.set(key, { name, version, mark, targets: new Map() });
    if (op.kind === 'assign') apps.get(key)!.targets.set(target, op.params['held'] as HeldAssignment);
    if (op.kind === 'unassign') apps.get(key)!.targets.delete(target);
    failAt(op.summary, true);
  };

  const plane = Object.assign(
    definePlane<Order, PlaneState>({
      check: async (ctx) => ({
        healthy: control.healthy,
        detail: control.healthy ? 'answers' : 'does not answer',
        latencyMs: 1,
        checkedAt: ctx.now().toISOString(),
      }),
      desired: (order) => order,
      observe: async (_ctx, { order }) => {
        failAt('observe', false);
        const ours = [...apps.values()].filter(({ name }) => name === order.package.name);
        return {
          packages: ours.map(({ version, mark }) => ({ version, mark, ref: version, ready: true })),
          assignments: ours.flatMap(({ targets }) => [...targets.values()]),
        };
      },
      diff: (order, observed) => operationsFor(id, order, observed),
      execute: async (_ctx, op) => {
        execute(op);
        return { [op.kind]: op.key };
      },
      async *deviceStates(_ctx, { order }) {
        failAt('devices', false);
        yield order.scope.include.flatMap((target) => devices.get(target) ?? []);
      },
    }),
    {
      async *listAssignments(): AsyncIterable<readonly MarkedAssignment[]> {
        yield [...apps.values()].flatMap(({ name, mark, targets }) =>
          [...targets.values()].map((held) => ({ ...held, packageName: name, mark })),
        );
      },
      countScope: async (_ctx: unknown, { order }: { order: Order }) =>
        order.scope.include.reduce((sum, target) => sum + (devices.get(target)?.length ?? 0), 0),
    },
  );

  return {
    plane,
    ledger,
    control,
    apps,
    /** The next operation whose summary matches fails before it is done, or after. */
    fail: (at: RegExp, error: () => unknown = unavailable, afterwards = false) =>
      void faults.push({ at, error, afterwards }),
    devices: (target: string, ...statuses: DeviceState['status'][]) =>
      void devices.set(
        target,
        statuses.map((status, index) => ({ deviceId: `${target}-${index}`, status })),
      ),
    assigned: () =>
      [...apps.values()].flatMap(({ version, targets }) =>
        [...targets.values()].map(({ target, purpose }) => `${version} ${purpose} on ${target}`),
      ),
    removeAssignment: (target: string) => apps.forEach(({ targets }) => targets.delete(target)),
  };
}

export const unavailable = () => new EucoraError('PLANE_ERROR', { what: 'the plane answered 503' });

function operationsFor(id: string, order: Order, { packages, assignments }: PlaneState): Operation[] {
  const { name, version } = order.package;
  const operations: Operation[] = [];
  if (!packages.some((held) => held.version === version)) {
    const mark = { intentId: order.intentId, correlationId: order.correlationId, ring: order.ring };
    operations.push(
      operation(id, 'publish', 'create', `create ${packageKey(order.package)}`, { name, version, mark }, [
        'POST /apps',
      ]),
    );
  }
  for (const target of order.scope.include) {
    for (const other of assignments.filter((held) => held.target === target && held.version !== version)) {
      const params = { name, version: other.version, target };
      operations.push(operation(id, 'assign', 'unassign', `unassign ${other.version} from ${target}`, params));
    }
    const held = { version, target, mode: 'include' as const, purpose: order.purpose };
    const there = assignments.some((a) => a.version === version && a.target === target && a.purpose === order.purpose);
    if (there) continue;
    operations.push(
      operation(id, 'assign', 'assign', `${order.purpose} ${version} on ${target}`, { name, version, target, held }),
    );
  }
  return operations;
}
