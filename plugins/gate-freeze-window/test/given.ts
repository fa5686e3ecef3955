import { describeIssue, type GateAnswer, type GateFacts, type PolicyGate, type Waiver } from '@eucora/sdk';
import { givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import plugin from '../src/index.js';

export const WEEKEND = {
  name: 'weekend',
  cron: '0 18 * * FRI',
  hours: 60,
  timeZone: 'Europe/Berlin',
  rings: ['department', 'global'],
  why: 'nobody is in',
};

export const YEAR_END = {
  name: 'year-end',
  from: '2026-12-18T00:00:00Z',
  until: '2027-01-04T00:00:00+01:00',
  why: 'closing of the books',
};

export function givenGate(config: object): PolicyGate {
  const result = plugin.config['~standard'].validate(config);
  if ('then' in result) throw new Error('this schema answers at once');
  if (result.issues) throw new Error(result.issues.map(describeIssue).join('; '));
  return plugin.create(result.value, { id: 'freeze-window' });
}

export async function complaintsAbout(config: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(config)).issues ?? []).map(describeIssue);
}

/** About the ring `global` unless the overrides say otherwise. */
export const factsAt = (now: string | number, overrides: Partial<GateFacts> = {}): GateFacts =>
  givenFacts({ order: givenOrder({ ring: 'global' }), now: new Date(now), ...overrides });

export const answerAt = (config: object, now: string | number, overrides?: Partial<GateFacts>): Promise<GateAnswer> =>
  givenGate(config).evaluate(testContext(), factsAt(now, overrides));

export const givenWaiver = (id: string, ...subjects: string[]): Waiver => ({
  id,
  gate: 'freeze-window',
  subjects,
  package: 'Example Tool',
  reason: 'agreed with the board',
  grantedBy: 'sam',
  grantedAt: '2026-11-01T00:00:00Z',
  expiresAt: '2027-02-01T00:00:00Z',
});
