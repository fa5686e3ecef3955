import { isEucoraError, type Journal, type PlaneRequestRecord } from '@eucora/sdk';
import type { Catalogue } from './catalogue.js';
import { applyEvent, type RunState } from './fold.js';
import { loadRun } from './load-run.js';
import { runRowId, runRowOf } from './orders.js';
import type { Parts } from './parts.js';
import type { Append, Fence } from './ports/event-store.js';
import { happened, runStream, stamped, type RunEvent } from './run-events.js';

/** Thrown into a plane's verb when the run was ended by somebody else: no further write may start. */
export class RunEnded extends Error {}

/** A run's stream held open for writing by the one worker that holds its job. */
export interface RunLog {
  readonly state: RunState;
  /** Durable when it resolves. Requests to the plane that were noted meanwhile go with it. */
  append(events: readonly RunEvent[], beside?: Pick<Append, 'writes' | 'jobs' | 'views'>): Promise<void>;
  /** Notes a request to the plane; stored with the next append. */
  note(record: PlaneRequestRecord): void;
  readonly journal: Journal;
}

export async function openRunLog(
  parts: Parts,
  catalogue: Catalogue,
  id: { readonly kind: RunState['kind']; readonly correlationId: string; readonly plane: string },
  fence: Fence | undefined,
): Promise<RunLog> {
  const stream = runStream(id.kind, id.correlationId, id.plane);
  let state = await loadRun(parts, catalogue, id);
  let noted: PlaneRequestRecord[] = [];

  const append: RunLog['append'] = async (events, beside) => {
    const requests = noted;
    const all = requests.length > 0 ? [happened('PLANE_REQUESTED', { requests }), ...events] : events;
    if (all.length === 0) return;
    noted = [];
    try {
      const stored = await parts.storage.events.append({
        writes: [
          { stream, expectedVersion: state.version, events: stamped(all, id.correlationId, 'system') },
          ...(beside?.writes ?? []),
        ],
        views: [rowAfter(state, all, parts.clock.now()), ...(beside?.views ?? [])],
        ...(beside?.jobs && { jobs: beside.jobs }),
        ...(fence && { fence }),
      });
      state = stored.filter((event) => event.stream === stream).reduce<RunState>(applyEvent, state);
    } catch (cause) {
      noted = [...requests, ...noted];
      if (!isEucoraError(cause) || cause.code !== 'VERSION_CONFLICT' || cause.details['stream'] !== stream) throw cause;
      // Only people write here beside us: they halt or approve. What happened must still be told.
      state = await loadRun(parts, catalogue, id);
      await append(events, beside);
    }
  };

  const journal: Journal = {
    get refs() {
      return state.refs;
    },
    get doubts() {
      return state.doubts;
    },
    get recent() {
      return state.operations;
    },
    async started({ key, kind, phase, summary }) {
      if (state.endedAt) throw new RunEnded();
      await append([happened('OPERATION_STARTED', { key, kind, phase, summary })]);
      if (state.endedAt) throw new RunEnded();
    },
    done: ({ key, kind, phase, summary }, refs) =>
      append([happened('OPERATION_DONE', { key, kind, phase, summary, refs })]),
  };

  return {
    get state() {
      return state;
    },
    append,
    note: (record) => void noted.push(record),
    journal,
  };
}

function rowAfter(state: RunState, events: readonly RunEvent[], now: Date) {
  const after = events.reduce<RunState>(
    (run, { type, data }) => applyEvent(run, { type, data, version: run.version + 1, createdAt: now.toISOString() }),
    state,
  );
  const row = runRowOf(after);
  return { collection: 'runs', id: runRowId(row), body: { ...row } };
}
