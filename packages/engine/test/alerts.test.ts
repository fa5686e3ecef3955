import { expect } from 'chai';
import type { Drift } from '@eucora/engine';
import { alertFor, applicationAlerts } from '../src/alerts.js';

const now = new Date('2026-01-05T12:00:00Z');
const MINUTE = 60_000;

describe('an alert', () => {
  it('is raised for drift that lasts longer than its criticality tolerates', () => {
    const aged = (minutes: number) =>
      givenDrift({ detectedAt: new Date(now.getTime() - minutes * MINUTE).toISOString() });
    expect(alertFor(aged(61), 'high', now)).to.equal('persistent drift: open for 61 min');
    expect(alertFor(aged(60), 'high', now)).to.equal(undefined);
    expect(alertFor(aged(61), 'standard', now)).to.equal(undefined);
    expect(alertFor(aged(1), 'critical', now)).to.equal('persistent drift: open for 1 min');
  });

  it('is raised at once for a scope that is not what was approved, and for escalated drift', () => {
    expect(alertFor(givenDrift({ type: 'scope_mismatch' }), 'low', now)).to.match(/^security drift/);
    expect(alertFor(givenDrift({ status: 'CAB_ESCALATION', attempts: 3 }), 'low', now)).to.match(/3 attempts/);
  });

  it('is not raised for what was put right', () => {
    const old = { detectedAt: '2026-01-01T00:00:00Z' };
    expect(alertFor(givenDrift({ ...old, status: 'REMEDIATED' }), 'critical', now)).to.equal(undefined);
    expect(alertFor(givenDrift({ ...old, status: 'RESOLVED' }), 'critical', now)).to.equal(undefined);
  });

  it('is raised for a critical application that drifts more than ten times within an hour', () => {
    const many = (count: number) => Array.from({ length: count }, () => givenDrift({}));
    expect(applicationAlerts(many(10), 'critical', now)).to.be.empty;
    expect(applicationAlerts(many(11), 'critical', now)).to.deep.equal([
      '11 drift events within an hour on a critical application',
    ]);
    expect(applicationAlerts(many(11), 'standard', now)).to.be.empty;
  });

  it('is raised when more than half of the remediations fail', () => {
    const failed = givenDrift({ attempts: 1 });
    const done = givenDrift({ attempts: 1, status: 'REMEDIATED' });
    expect(applicationAlerts([failed, done], 'standard', now)).to.be.empty;
    expect(applicationAlerts([failed, failed, done], 'standard', now)).to.deep.equal([
      '2 of 3 remediations did not succeed',
    ]);
  });
});

const givenDrift = (more: Partial<Drift>): Drift => ({
  id: 'd',
  type: 'missing_assignment',
  class: 'MISSING',
  severity: 'high',
  intentId: 'i',
  plane: 'p',
  ring: 'lab',
  packageKey: 'tool@1/windows',
  what: 'w',
  status: 'DETECTED',
  attempts: 0,
  detectedAt: now.toISOString(),
  updatedAt: now.toISOString(),
  correlationId: 'c',
  ...more,
});
