import type { Connector } from './connector.js';
import type { Context } from './context.js';
import type { HeldAssignment, Operation } from './execution-plane.js';
import type { Mark, Order, Package } from './vocabulary.js';

/** Says what a verb would do, doing none of it. */
export interface CanPlan {
  plan(ctx: Context, request: { readonly order: Order }): Promise<readonly Operation[]>;
  planRollback(
    ctx: Context,
    request: { readonly order: Order; readonly previous?: Package },
  ): Promise<readonly Operation[]>;
}

export interface InventoryDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly platform: string;
  readonly osVersion?: string;
  /** ISO 8601, UTC. */
  readonly lastSeen?: string;
}

export interface CanSyncInventory {
  /** Every device that the plane manages, in pages. */
  syncInventory(ctx: Context): AsyncIterable<readonly InventoryDevice[]>;
}

/** An assignment on the plane that carries our mark, with the application that it belongs to. */
export interface MarkedAssignment extends HeldAssignment {
  readonly packageName: string;
  readonly mark: Mark;
}

export interface CanListAssignments {
  /** All that carries our mark, whatever intent it came from; what has no intent behind it is `extra_assignment` drift. */
  listAssignments(ctx: Context): AsyncIterable<readonly MarkedAssignment[]>;
}

export interface CanCountScope {
  /** Devices that the order's scope holds now, members of nested groups included. */
  countScope(ctx: Context, request: { readonly order: Order }): Promise<number>;
}

export interface Resource {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** For connectors that are stores of records. `kind` is the plane's own word: `messages`, `folders`. */
export interface ResourceStore {
  list(
    ctx: Context,
    request: { readonly kind: string; readonly after?: string; readonly limit?: number },
  ): Promise<{
    readonly items: readonly Resource[];
    readonly next?: string;
  }>;
  /** @throws EucoraError `RESOURCE_NOT_FOUND` */
  get(ctx: Context, request: { readonly kind: string; readonly id: string }): Promise<Resource>;
  /** With the same `key` twice: the first outcome again. */
  create(
    ctx: Context,
    request: { readonly kind: string; readonly fields: Readonly<Record<string, unknown>>; readonly key?: string },
  ): Promise<Resource>;
  update(
    ctx: Context,
    request: { readonly kind: string; readonly id: string; readonly fields: Readonly<Record<string, unknown>> },
  ): Promise<Resource>;
  /** Deleting what is not there is done already. */
  delete(ctx: Context, request: { readonly kind: string; readonly id: string }): Promise<void>;
}

const has = (connector: object, ...methods: string[]): boolean =>
  methods.every((method) => typeof (connector as Record<string, unknown>)[method] === 'function');

export const canPlan = (connector: Connector): connector is Connector & CanPlan =>
  has(connector, 'plan', 'planRollback');

export const canSyncInventory = (connector: Connector): connector is Connector & CanSyncInventory =>
  has(connector, 'syncInventory');

export const canListAssignments = (connector: Connector): connector is Connector & CanListAssignments =>
  has(connector, 'listAssignments');

export const canCountScope = (connector: Connector): connector is Connector & CanCountScope =>
  has(connector, 'countScope');

export const isResourceStore = (connector: Connector): connector is Connector & ResourceStore =>
  has(connector, 'list', 'get', 'create', 'update', 'delete');
