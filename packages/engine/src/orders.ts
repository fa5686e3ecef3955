import {
  EucoraError,
  packageKey,
  type Compliance,
  type Intent,
  type Order,
  type Package,
  type RingName,
  type Scope,
} from '@eucora/sdk';
import type { Run, RunKind, RunStatus, StepName } from './run.js';
import type { RunState } from './fold.js';
import { runStream } from './run-events.js';

/** Pure: what a plane is asked to do for one ring of an intent. */
export function orderOf(intent: Intent, pkg: Package, ring: RingName, plane: string, correlationId: string): Order {
  const config = intent.rings.find((candidate) => candidate.ring === ring);
  const scope = config?.scopes[plane];
  if (!config || !scope) {
    throw new EucoraError('RING_NOT_IN_INTENT', {
      what: config
        ? `intent ${intent.id} has no scope for ${plane} in ring ${ring}`
        : `intent ${intent.id} has no ring ${ring}`,
      details: { intent_id: intent.id, ring, plane },
    });
  }
  return {
    correlationId,
    intentId: intent.id,
    plane,
    ring,
    package: pkg,
    purpose: intent.purpose,
    scope,
    sizeLimit: config.sizeLimit,
  };
}

/** The row of a run in the `runs` view: what lists and reconcile need without reading streams. */
export interface RunRow {
  readonly kind: RunKind;
  readonly correlationId: string;
  readonly plane: string;
  readonly intentId: string;
  readonly ring: RingName;
  readonly packageKey: string;
  readonly packageName: string;
  readonly publisher: string;
  readonly scope: Scope;
  readonly status: RunStatus;
  readonly step: StepName | null;
  /** The plane may hold something because of this run. */
  readonly touched: boolean;
  readonly compliance: Compliance | null;
  readonly requestedAt: string;
  readonly updatedAt: string;
}

export const runRowOf = (run: Run & Pick<RunState, 'admitted'>): RunRow => ({
  kind: run.kind,
  correlationId: run.correlationId,
  plane: run.plane,
  intentId: run.order.intentId,
  ring: run.order.ring,
  packageKey: packageKey(run.order.package),
  packageName: run.order.package.name,
  publisher: run.order.package.publisher,
  scope: run.order.scope,
  status: run.status,
  step: run.step ?? null,
  touched: run.admitted,
  compliance: run.compliance ?? null,
  requestedAt: run.requestedAt,
  updatedAt: run.updatedAt,
});

export const runRowId = (row: Pick<RunRow, 'kind' | 'correlationId' | 'plane'>): string =>
  runStream(row.kind, row.correlationId, row.plane);

const publishRowIdOf = (row: RunRow): string => runRowId({ ...row, kind: 'publish' });

const STANDING: ReadonlySet<RunStatus> = new Set(['OBSERVING', 'SETTLED']);

/**
 * The publish runs that say what should be on the planes now. A later run for the same application takes over the
 * targets that it names; a run that loses all its targets has nothing left to say. One that is being taken back says nothing
 * either, and keeps its targets until it is.
 *
 * @param rows of any kind, any status and any order
 * @returns each with the scope that is still its own
 */
export function standingRuns(rows: readonly RunRow[]): RunRow[] {
  const taken = new Set<string>();
  const leaving = new Set(rows.filter(({ kind }) => kind === 'rollback').map(publishRowIdOf));
  const standing: RunRow[] = [];
  const latestFirst = rows
    .filter(({ kind, touched, status }) => kind === 'publish' && touched && status !== 'ROLLED_BACK')
    .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1));
  for (const row of latestFirst) {
    const own = row.scope.include.filter((target) => !taken.has(`${row.plane}\n${row.packageName}\n${target}`));
    for (const target of row.scope.include) taken.add(`${row.plane}\n${row.packageName}\n${target}`);
    if (own.length > 0 && STANDING.has(row.status) && !leaving.has(runRowId(row)))
      standing.push({ ...row, scope: { ...row.scope, include: own } });
  }
  return standing;
}
