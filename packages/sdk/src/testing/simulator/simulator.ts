import type { Clock } from '../clock.js';
import type { RecordedRequest } from './exchange.js';
import type { Faults } from './faults.js';
import type { Ledger } from './ledger.js';

/** A write that the plane has done and not answered yet. */
export type AcceptedListener = (request: RecordedRequest) => void | Promise<void>;

export interface SimulatorServer<State = unknown> {
  /** `http://127.0.0.1:4711` */
  readonly url: string;
  readonly port: number;
  readonly state: State;
  readonly clock: Clock;
  readonly requests: readonly RecordedRequest[];
  /** Writes that the plane has done. */
  readonly writes: number;
  /** Contract violations so far, each with its method and path. */
  readonly violations: readonly string[];
  readonly faults: Faults;
  readonly ledger: Ledger;
  /** Called after a write was done and before its answer is sent, which waits for the listener. @returns a function that ends it */
  onAccepted(listener: AcceptedListener): () => void;
  /** Cuts what is open and stops listening. */
  close(): Promise<void>;
}
