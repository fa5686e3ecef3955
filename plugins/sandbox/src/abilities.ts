import type {
  CanCountScope,
  CanListAssignments,
  CanSyncInventory,
  DeviceState,
  InventoryDevice,
  MarkedAssignment,
  PlaneParts,
} from '@eucora/sdk';
import type { SandboxConfig } from './config.js';
import type { Door } from './door.js';
import { devicesOf, inventoryOf, sizeOf, stateOf, targetsOf } from './fleet.js';
import { assignmentsOf } from './holdings.js';
import { applicationOf, type Desired, type SandboxState } from './mapping.js';
import type { Memory } from './memory.js';

/** Items in a page; a page is a request. */
const PAGE = 500;

type Abilities = CanCountScope &
  CanListAssignments &
  CanSyncInventory &
  Pick<PlaneParts<Desired, SandboxState>, 'deviceStates'>;

/** All that is read from the sandbox in pages or counted. */
export const abilitiesOf = (config: SandboxConfig, memory: Memory, door: Door): Abilities => ({
  async *deviceStates(ctx, { order }): AsyncGenerator<readonly DeviceState[]> {
    for (const page of pagesOf(devicesOf(config, targetsOf(order.scope)))) {
      const aimed = await door.read(ctx, () => assignmentsOf(memory, ctx.tenantId, applicationOf(order)));
      yield page.map((device) => stateOf(config, device, aimed, order.package.version, ctx.now().getTime()));
    }
  },

  countScope: (ctx, { order }) =>
    door.read(ctx, () => targetsOf(order.scope).reduce((sum, target) => sum + sizeOf(config, target), 0)),

  async *listAssignments(ctx): AsyncGenerator<readonly MarkedAssignment[]> {
    const held = await door.read(ctx, () => assignmentsOf(memory, ctx.tenantId));
    const ours = held.flatMap(({ name, version, target, mode, purpose, ref, mark }) =>
      mark ? [{ packageName: name, version, target, mode, purpose, ref, mark }] : [],
    );
    yield* pagesOf(ours);
  },

  /** The devices of the targets that the configuration names, and of those that something is aimed at. */
  async *syncInventory(ctx): AsyncGenerator<readonly InventoryDevice[]> {
    const held = await door.read(ctx, () => assignmentsOf(memory, ctx.tenantId));
    const targets = new Set([...Object.keys(config.targets), ...held.map(({ target }) => target)]);
    for (const page of pagesOf(devicesOf(config, targets))) {
      yield page.map((device) => inventoryOf(config, device, ctx.now().getTime()));
    }
  },
});

function* pagesOf<T>(items: Iterable<T>): Generator<readonly T[]> {
  let page: T[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
