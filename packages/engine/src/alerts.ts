import type { Criticality } from '@eucora/sdk';
import type { Drift } from './hub.js';
import { TOLERATED_DRIFT } from './schedule.js';

const HOUR = 3_600_000;
/** SPEC 2.2: drift found on a critical application within an hour, above which somebody is told. */
const DRIFT_AN_HOUR = 10;

/** Pure: why somebody must be told of this drift now; nothing while it is within what is tolerated. */
export function alertFor(drift: Drift, criticality: Criticality, now: Date): string | undefined {
  if (drift.status === 'REMEDIATED' || drift.status === 'RESOLVED') return undefined;
  if (drift.type === 'scope_mismatch') return 'security drift: the scope is not what was approved';
  if (drift.status === 'CAB_ESCALATION') return `persistent drift: ${drift.attempts} attempts did not put it right`;
  const ageMs = now.getTime() - Date.parse(drift.detectedAt);
  if (ageMs <= TOLERATED_DRIFT[criticality]) return undefined;
  return `persistent drift: open for ${Math.floor(ageMs / 60_000)} min`;
}

/** Pure: what is wrong with an application as a whole. @param recent all drift that is recorded for it */
export function applicationAlerts(recent: readonly Drift[], criticality: Criticality, now: Date): string[] {
  const alerts: string[] = [];
  const lastHour = recent.filter(({ detectedAt }) => now.getTime() - Date.parse(detectedAt) <= HOUR);
  if (criticality === 'critical' && lastHour.length > DRIFT_AN_HOUR) {
    alerts.push(`${lastHour.length} drift events within an hour on a critical application`);
  }
  const attempted = recent.filter(({ attempts }) => attempts > 0);
  const failed = attempted.filter(({ status }) => status !== 'REMEDIATED' && status !== 'RESOLVED');
  if (attempted.length > 1 && failed.length * 2 > attempted.length) {
    alerts.push(`${failed.length} of ${attempted.length} remediations did not succeed`);
  }
  return alerts;
}
