import { table } from './text.js';
import type { DriftView } from './wire.js';

export const DRIFT_HEAD = ['type', 'severity', 'plane', 'ring', 'intent', 'status', 'attempts', 'what'] as const;

export const driftRow = ({ type, severity, plane, ring, intent_id, status, attempts, what }: DriftView) =>
  [type, severity, plane, ring, intent_id, status, attempts, what] as const;

export const driftTable = (drift: readonly DriftView[]): Promise<string> => table(DRIFT_HEAD, drift.map(driftRow));
