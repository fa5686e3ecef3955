import {
  definePlane,
  isEucoraError,
  type CanCountScope,
  type CanListAssignments,
  type CanPlan,
  type CanSyncInventory,
  type Context,
  type ExecutionPlane,
  type Heartbeat,
} from '@eucora/sdk';
import { abilitiesOf } from './abilities.js';
import { readConfig, type SandboxConfig, type SandboxSettings } from './config.js';
import { doorOf, type Door } from './door.js';
import { carryOut } from './execute.js';
import { assignmentsOf, packagesOf } from './holdings.js';
import { applicationOf, desiredOf, differenceOf } from './mapping.js';
import { Memory } from './memory.js';
import { recordsIn, type SandboxRecords } from './resources.js';
import { createTrouble, type Trouble } from './trouble.js';

export type Sandbox = ExecutionPlane & CanPlan & CanCountScope & CanListAssignments & CanSyncInventory & SandboxRecords;

export interface SandboxOptions {
  /** The connector id. */
  readonly id: string;
  /** For tests that want a certain request to fail in a certain way. */
  readonly trouble?: Trouble;
}

/** A sandbox for a program of its own. @throws EucoraError `CONFIG_INVALID` */
export const sandbox = (
  settings: SandboxSettings = {},
  { id = 'sandbox', trouble }: Partial<SandboxOptions> = {},
): Sandbox => sandboxOf(readConfig(settings), trouble ? { id, trouble } : { id });

/**
 * A plane without anything behind it. It does what a plane does, at once and in memory, for a fleet that exists only as
 * arithmetic on the time. Disconnecting keeps the memory; a new instance starts empty, or with what its `stateFile` holds.
 */
export function sandboxOf(config: SandboxConfig, { id, trouble = createTrouble() }: SandboxOptions): Sandbox {
  const memory = new Memory(config.stateFile);
  const door = doorOf(config, id, trouble);

  return definePlane({
    capabilities: ['inventory', 'push', 'compliance', 'rollback', 'telemetry', 'resources'],

    async connect() {
      if (!door.isOpen()) memory.load();
      door.open();
    },
    disconnect: async () => door.close(),
    check: (ctx) => heartbeat(ctx, door, id),

    desired: desiredOf,
    observe: (ctx, { order }) =>
      door.read(ctx, () => ({
        packages: packagesOf(memory, ctx.tenantId, applicationOf(order)),
        assignments: assignmentsOf(memory, ctx.tenantId, applicationOf(order)),
      })),
    diff: differenceOf(id),
    execute: (ctx, operation, { order }) => door.write(ctx, () => carryOut(ctx, memory, order, operation)),

    ...abilitiesOf(config, memory, door),
    ...recordsIn(memory, door),
  });
}

/** Failing is an answer here; not being connected is not. */
async function heartbeat(ctx: Context, door: Door, id: string): Promise<Heartbeat> {
  const started = ctx.now().getTime();
  const beat = (healthy: boolean, detail: string): Heartbeat => ({
    healthy,
    detail,
    latencyMs: ctx.now().getTime() - started,
    checkedAt: ctx.now().toISOString(),
  });
  try {
    return await door.read(ctx, () => beat(true, `${id} answers from memory`));
  } catch (cause) {
    if (isEucoraError(cause) && cause.code !== 'NOT_CONNECTED') return beat(false, cause.message);
    throw cause;
  }
}
