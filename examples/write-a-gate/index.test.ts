import { describeIssue, type GateFacts, type PolicyGate, type RingName } from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin from './index.js';

const HOLIDAYS = {
  rings: ['department', 'global'],
  from: '2026-12-18T00:00:00Z',
  until: '2027-01-04T00:00:00Z',
  why: 'holidays',
};
const AUDIT = { rings: ['global'], from: '2026-12-30T00:00:00Z', until: '2027-01-10T00:00:00Z', why: 'audit' };

describeGate('the freeze window', {
  start: async () => ({ gate: await givenGate(HOLIDAYS) }),
  facts: {
    'a frozen ring': factsIn('global', '2026-12-24T12:00:00Z'),
    'a ring that stays open': factsIn('lab', '2026-12-24T12:00:00Z'),
    'a ring before its freeze': factsIn('global', '2026-12-17T23:59:59Z'),
  },
});

describe('the freeze window', () => {
  it('refuses from the first moment to the last, and says until when and why', async () => {
    expect(await answer('global', '2026-12-18T00:00:00Z')).to.deep.equal({
      decision: 'deny',
      reasons: ['global is frozen until 2027-01-04T00:00:00.000Z: holidays'],
    });
    expect((await answer('global', '2027-01-03T23:59:59Z')).decision).to.equal('deny');
    expect((await answer('global', '2027-01-04T00:00:00Z')).decision).to.equal('allow');
  });

  it('leaves the other rings alone', async () => {
    expect(await answer('lab', '2026-12-24T12:00:00Z')).to.deep.equal({ decision: 'allow', reasons: [] });
  });

  it('names every freeze that is in the way', async () => {
    const { reasons } = await answer('global', '2026-12-31T12:00:00Z', HOLIDAYS, AUDIT);
    expect(reasons).to.have.lengthOf(2);
    expect(reasons[1]).to.equal('global is frozen until 2027-01-10T00:00:00.000Z: audit');
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(
      await complaints({ freezes: [{ ...HOLIDAYS, rings: ['moon'], from: 'soon', why: '' }, 7], colour: 1 }),
    ).to.deep.equal([
      'colour: is not a setting of this gate',
      'freezes.0.rings: must be a list of lab, canary, pilot, department, global',
      'freezes.0.from: must be a time in ISO 8601',
      'freezes.0.why: must say why, for whoever is refused',
      'freezes.1: must be an object',
    ]);
    const backwards = { ...HOLIDAYS, until: HOLIDAYS.from, note: 'x' };
    expect(await complaints({ freezes: [backwards] })).to.deep.equal([
      'freezes.0.note: is not a setting of this gate',
      'freezes.0.until: must be later than from',
    ]);
    expect(await complaints({})).to.deep.equal(['freezes: must be a list']);
    expect(await complaints({ freezes: [{ ...HOLIDAYS, rings: 'global' }] })).to.have.lengthOf(1);
  });
});

async function givenGate(...freezes: readonly object[]): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate({ freezes });
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'freeze-window' });
}

async function answer(ring: RingName, now: string, ...freezes: readonly object[]) {
  const gate = await givenGate(...(freezes.length > 0 ? freezes : [HOLIDAYS]));
  return gate.evaluate(testContext(), factsIn(ring, now));
}

async function complaints(value: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(value)).issues ?? []).map(describeIssue);
}

function factsIn(ring: RingName, now: string): GateFacts {
  return givenFacts({ order: givenOrder({ ring }), now: new Date(now) });
}
