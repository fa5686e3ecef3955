import type { Context, ExecutionPlane, Intent } from '@eucora/sdk';
import type { Catalogue } from '../catalogue.js';
import type { Parts } from '../parts.js';
import type { Append } from '../ports/event-store.js';
import type { RunEvent } from '../run-events.js';
import type { RunLog } from '../run-log.js';

export interface StepRequest {
  readonly parts: Parts;
  readonly ctx: Context;
  readonly run: RunLog;
  readonly plane: ExecutionPlane;
  readonly intent: Intent;
  readonly catalogue: Catalogue;
}

/** What came of a step. It is appended as one; the events say which step is next. */
export interface StepOutcome {
  readonly events: readonly RunEvent[];
  readonly beside?: Pick<Append, 'writes' | 'jobs' | 'views'>;
  /** Look again after so many milliseconds; `'called'`: not before somebody puts the run's job. */
  readonly wait?: number | 'called';
}

/** Does its part, and may be done again: a crash after it and before its events are stored repeats it. */
export type Step = (request: StepRequest) => Promise<StepOutcome>;
