import type { Connector } from './connector.js';
import type { Context } from './context.js';
import type { DeviceState, Mark, Order, Package, Purpose } from './vocabulary.js';

/** Names that the plane gave to what we made: `{ app_id: '…' }`. Journalled, and handed back on the next call. */
export type Refs = Readonly<Record<string, string>>;

/** One write that is left to do. Values only: a plan is made of these, and a plan can be stored and signed. */
export interface Operation {
  /** `publish` operations make the package available on the plane, `assign` operations touch devices. */
  readonly phase: 'publish' | 'assign';
  /** The plane's word for it, snake_case: `create_app`, `assign_group`. First half of the idempotency key. */
  readonly kind: string;
  /** The same operation has the same key in every plan: see {@link idempotencyKey}. */
  readonly key: string;
  /** For a person: `create win32LobApp "esbuild" 0.25.1`. */
  readonly summary: string;
  /** What `execute` needs. Plain JSON, no secrets. */
  readonly params: Readonly<Record<string, unknown>>;
  /**
   * The mutating requests that it takes, in order, when nothing goes wrong: `POST /deviceAppManagement/mobileApps`. `{}` is a part of the
   * path that is not known beforehand. This is the operation's cost, and what `describePlanFidelity` holds it to.
   */
  readonly writes?: readonly string[];
}

/**
 * Written before and after each operation, by whoever calls the verb. This is how a run that died in the middle knows
 * what it may have done.
 */
export interface Journal {
  /** Everything the plane has named for this order so far. */
  readonly refs: Refs;
  /** Operations that were started and of which nobody heard the end. The plane is asked before they are repeated. */
  readonly doubts: readonly Doubt[];
  /**
   * Operations that were done, and when. The plane may not show them yet: without this, one that was done right before
   * a crash would be done again.
   */
  readonly recent?: readonly DoneAt[];
  /** Durable when it resolves. Called before the write. */
  started(operation: Operation): Promise<void>;
  /** Called after the write. */
  done(operation: Operation, refs: Refs): Promise<void>;
}

export interface DoneAt {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface Doubt {
  readonly key: string;
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** A version of the order's application that the plane holds. */
export interface HeldPackage {
  readonly version: string;
  /** The plane's id. */
  readonly ref: string;
  /** It can be assigned: content is there and the plane has taken it. */
  readonly ready: boolean;
  readonly mark?: Mark;
}

/** One target of one version. A set: order and ids are the plane's own affair. */
export interface HeldAssignment {
  readonly version: string;
  /** In the words of {@link Order.scope}. */
  readonly target: string;
  readonly mode: 'include' | 'exclude';
  readonly purpose: Purpose;
  readonly ref?: string;
}

/** What the plane holds of one application, in canonical form. */
export interface PlaneState {
  readonly packages: readonly HeldPackage[];
  readonly assignments: readonly HeldAssignment[];
}

export interface VerbRequest {
  readonly order: Order;
  readonly journal: Journal;
}

export interface RollbackRequest extends VerbRequest {
  /** The package to go back to. Without one, what the order put there is taken off the devices. */
  readonly previous?: Package;
}

export interface VerbOutcome {
  /** The operations that this call did. Empty: the work was found done. */
  readonly done: readonly Operation[];
  readonly refs: Refs;
}

/**
 * A connector that puts software on devices.
 *
 * Every verb converges: it reads the plane, does what is left to do, and may be called again at any time, also after a
 * crash in the middle. Errors are {@link EucoraError}s with a class: `transient` is tried again, `permanent` ends the
 * run, `policy_violation` waits for a person.
 */
export interface ExecutionPlane extends Connector {
  /** Makes the package available on the plane. Touches no device. */
  publishPackage(ctx: Context, request: VerbRequest): Promise<VerbOutcome>;
  /** Aims the published package at the order's scope, and takes other versions of ours off the same targets. */
  createAssignment(ctx: Context, request: VerbRequest): Promise<VerbOutcome>;
  /** What the plane holds now. Changes nothing. */
  queryState(ctx: Context, request: { readonly order: Order; readonly refs?: Refs }): Promise<PlaneState>;
  /** Puts right what drifted: publish and assign, as far as needed. */
  remediate(ctx: Context, request: VerbRequest): Promise<VerbOutcome>;
  /** Takes the order back: to the previous package, or off the devices. */
  rollback(ctx: Context, request: RollbackRequest): Promise<VerbOutcome>;
  /** Pages of device states for the order's scope. Every device once; 100,000 devices must not be held in memory. */
  deviceStates(
    ctx: Context,
    request: { readonly order: Order; readonly refs?: Refs },
  ): AsyncIterable<readonly DeviceState[]>;
}
