import type { Criticality } from '@eucora/sdk';

const MINUTE = 60_000;

/** SPEC 2.2: how often an intent is compared with its planes. Milliseconds. */
export const RECONCILE_EVERY: Readonly<Record<Criticality, number>> = {
  critical: 15 * MINUTE,
  high: 30 * MINUTE,
  standard: 60 * MINUTE,
  low: 240 * MINUTE,
};

/** SPEC 2.2: how long drift may last before somebody is told. Milliseconds. */
export const TOLERATED_DRIFT: Readonly<Record<Criticality, number>> = {
  critical: 0,
  high: 60 * MINUTE,
  standard: 240 * MINUTE,
  low: 1_440 * MINUTE,
};

/** SPEC 2.2: the waits between attempts to remediate; after the last, a person must look. Milliseconds. */
export const REMEDIATE_BACKOFF: readonly number[] = [60 * MINUTE, 120 * MINUTE, 240 * MINUTE];

export const reconcileKey = (intentId: string): string => `reconcile:${intentId}`;
export const parseReconcileKey = (key: string): string | undefined => /^reconcile:([^:]+)$/.exec(key)?.[1];

/** The job that compares everything, extra assignments included; there is one for all hosts. */
export const SWEEP_KEY = 'sweep';
export const SWEEP_EVERY = 60 * MINUTE;
