import type { CanPlan } from '../../abilities.js';
import type { Context } from '../../context.js';
import type { ExecutionPlane } from '../../execution-plane.js';
import type { Order } from '../../vocabulary.js';
import type { Faults } from '../simulator/faults.js';

/** What is really on the plane, asked of its simulator and not of the plane's code. */
export interface Held {
  /** Objects that make versions of the order's application available, whoever made them. */
  packages(): Promise<number>;
  /** Assignments of them that aim at the order's target, whatever their purpose. */
  assignments(): Promise<number>;
  /** Requests so far that changed something. */
  writes(): Promise<number>;
}

/** One plane, fresh, before a simulator of its own. */
export interface StartedPlane {
  /** Not connected yet; the suite does it. */
  readonly plane: ExecutionPlane & Partial<CanPlan>;
  /** A plain object. Its clock must let `sleep` return: `testContext()` does, with the simulator on the same clock. */
  readonly ctx: Context;
  /** One target, no exclusions, purpose `required`, and at least one device behind it. */
  readonly order: Order;
  /** The same application, target and plane; an older package; another intent and correlation id. */
  readonly olderOrder: Order;
  readonly held: Held;
  readonly fault: Pick<
    Faults,
    'acceptThenDropConnection' | 'throttle' | 'unavailable' | 'html' | 'cutJson' | 'drop' | 'clear'
  >;
  /** Lets time pass for the plane and for the context. @param ms milliseconds */
  advance(ms: number): Promise<void>;
  /** Deletes the order's assignment as somebody at the plane's own console would. */
  removeAssignment(): Promise<void>;
  stop(): Promise<void>;
}

/** What {@link describePlane} needs to know of a plane. */
export interface PlaneUnderTest {
  /** Called for each test. */
  start(): Promise<StartedPlane>;
  /** The plane refuses verbs before `connect` with `NOT_CONNECTED`. Default false: the test is skipped, visibly. */
  readonly refusesBeforeConnect?: boolean;
  /** Milliseconds after which everything accepted is shown and every limit has passed. Default one hour. */
  readonly settleMs?: number;
}
