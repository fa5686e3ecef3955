import {
  describeIssue,
  RINGS,
  RISK_CLASSES,
  type GateFacts,
  type PolicyGate,
  type Purpose,
  type RiskClass,
  type RingName,
} from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin from '../src/index.js';

const SEED = 20_261_121;
const BOT = { agents: [{ subject: 'bot-1' }] };
const R2 = { r2: { rings: ['lab'], packages: ['Example Tool'], maxRisk: 20 } };

describeGate('the agents', {
  start: async () => ({ gate: await givenGate({ ...BOT, ...R2 }) }),
  facts: {
    'a person': givenFacts(),
    'an R1 action': act('R1'),
    'an R2 action where it may run': act('R2'),
    'an R2 action where it may not': act('R2', { ring: 'canary' }),
    'an R3 action': act('R3'),
    'an agent beyond its limits': act('R1', { ring: 'global', devices: 100_000 }),
    'an agent that nobody listed': act('R1', { subject: 'bot-2' }),
  },
});

describe('an agent', () => {
  it('is none of this gate’s business when it is a person', async () => {
    const anywhere = givenFacts({ order: givenOrder({ ring: 'global', sizeLimit: 100_000, purpose: 'uninstall' }) });
    expect(await answer(anywhere, {})).to.deep.equal({ decision: 'allow', reasons: [] });
  });

  it('may do nothing before it is listed, by its very name', async () => {
    expect(await answer(act('R1'), {})).to.deep.equal({
      decision: 'deny',
      reasons: ['agent bot-1 is not listed, and may do nothing before it is'],
    });
    expect((await answer(act('R1', { subject: 'Bot-1' }))).decision).to.equal('deny');
    expect((await answer(act('R1', { subject: 'bot-1 ' }))).decision).to.equal('deny');
  });

  it('runs R1 within its limits', async () => {
    expect(await answer(act('R1'))).to.deep.equal({ decision: 'allow', reasons: [] });
    expect((await answer(act('R1', { risk: 100 }))).decision).to.equal('allow');
  });

  it('waits for a person with R2 where nothing else is configured', async () => {
    expect(await answer(act('R2'))).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['agent bot-1 waits for a person: its action is R2, and no R2 action may run by itself'],
    });
  });

  it('runs R2 where that is configured, and says what is in the way elsewhere', async () => {
    const settings = { ...BOT, ...R2 };
    expect((await answer(act('R2', { risk: 20 }), settings)).decision).to.equal('allow');
    expect(await answer(act('R2', { ring: 'canary', risk: 21, package: 'Other' }), settings)).to.deep.equal({
      decision: 'needs_approval',
      reasons: [
        'agent bot-1 waits for a person: its action is R2, and R2 runs by itself only in lab, R2 runs by itself only for ' +
          'Example Tool, R2 runs by itself only up to a risk of 20, and this is 21',
      ],
    });
    expect((await answer(act('R2', { risk: NaN }), settings)).decision).to.equal('needs_approval');
  });

  it('needs both allowances for R2 where it has one of its own', async () => {
    const own = (r2: object) => ({ ...R2, agents: [{ subject: 'bot-1', r2 }] });
    expect((await answer(act('R2', { risk: 10 }), own({ rings: ['lab', 'canary'], maxRisk: 5 }))).decision).to.equal(
      'needs_approval',
    );
    expect((await answer(act('R2', { risk: 5 }), own({ rings: ['lab'], maxRisk: 5 }))).decision).to.equal('allow');
    const alone = { agents: [{ subject: 'bot-1', r2: { rings: ['canary'] } }] };
    expect((await answer(act('R2', { ring: 'canary', risk: 30 }), alone)).decision).to.equal('allow');
    expect((await answer(act('R2', { ring: 'canary', risk: 31 }), alone)).decision).to.equal('needs_approval');
  });

  it('waits for a person with R3, and with a class that nobody knows', async () => {
    const generous = { ...BOT, r2: { rings: [...RINGS], maxRisk: 50 }, uninstall: 'R1' };
    expect(await answer(act('R3'), generous)).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['agent bot-1 waits for a person: its action is R3'],
    });
    expect((await answer(act('R0' as RiskClass), generous)).decision).to.equal('needs_approval');
  });

  it('waits for a person before it takes software off, unless the operator classed that lower', async () => {
    const off = act('R1', { purpose: 'uninstall' });
    expect((await answer(off)).reasons).to.deep.equal(['agent bot-1 waits for a person: an uninstall is at least R3']);
    expect((await answer(off, { ...BOT, uninstall: 'R2' })).decision).to.equal('needs_approval');
    expect((await answer(off, { ...BOT, ...R2, uninstall: 'R2' })).decision).to.equal('allow');
    expect((await answer(off, { ...BOT, uninstall: 'R1' })).decision).to.equal('allow');
    const already = act('R3', { purpose: 'uninstall' });
    expect((await answer(already, { ...BOT, uninstall: 'R1' })).decision).to.equal('needs_approval');
  });

  it('waits for a person when it declares an emergency', async () => {
    const urgent = { ...act('R1'), emergency: { reason: 'I think so' } };
    expect(await answer(urgent)).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['agent bot-1 waits for a person: it declares an emergency, which makes it R3'],
    });
  });

  it('keeps to the limits of all agents, and is told all of them at once', async () => {
    const far = act('R1', { ring: 'pilot', devices: 1_000, privileged: true });
    expect(await answer(far)).to.deep.equal({
      decision: 'deny',
      reasons: [
        'agent bot-1 may reach 100 devices at most, and the ring may hold 1000',
        'agent bot-1 may act in lab, canary only, not in pilot',
        'agent bot-1 may not handle privileged packages',
      ],
    });
    const wide = { ...BOT, maxDevices: 1_000, rings: ['pilot'], privileged: true };
    expect((await answer(far, wide)).decision).to.equal('allow');
    expect((await answer(act('R1', { devices: NaN }))).decision).to.equal('deny');
  });

  it('keeps to its own limits too, which can be tighter and not wider', async () => {
    const own = (limits: object) => ({ agents: [{ subject: 'bot-1', ...limits }] });
    expect((await answer(act('R1', { devices: 11 }), own({ maxDevices: 10 }))).decision).to.equal('deny');
    expect((await answer(act('R1', { devices: 101 }), own({ maxDevices: 500 }))).decision).to.equal('deny');
    expect((await answer(act('R1', { ring: 'canary' }), own({ rings: ['lab'] }))).decision).to.equal('deny');
    expect((await answer(act('R1', { privileged: true }), own({ privileged: true }))).decision).to.equal('deny');
    expect((await answer(act('R1'), own({ packages: ['Example Tool@2.0.0'] }))).decision).to.equal('allow');
    expect((await answer(act('R1'), own({ packages: ['Example Tool@1.0.0'] }))).reasons).to.deep.equal([
      'agent bot-1 may handle Example Tool@1.0.0 only, not Example Tool',
    ]);
  });

  it('may be let near privileged packages, and kept from them', async () => {
    const settings = { privileged: true, agents: [{ subject: 'bot-1', privileged: false }, { subject: 'bot-2' }] };
    expect((await answer(act('R1', { privileged: true }), settings)).decision).to.equal('deny');
    expect((await answer(act('R1', { privileged: true, subject: 'bot-2' }), settings)).decision).to.equal('allow');
  });

  it('works in its hours, by the clock on the wall, through winter and summer', async () => {
    const settings = { ...BOT, hours: { timeZone: 'Europe/Berlin' } };
    for (const [at, decision] of [
      ['2026-11-20T06:59:59Z', 'deny'], // Friday 7:59
      ['2026-11-20T07:00:00Z', 'allow'],
      ['2026-11-20T16:59:59Z', 'allow'], // Friday 17:59
      ['2026-11-20T17:00:00Z', 'deny'],
      ['2026-07-17T06:00:00Z', 'allow'], // Friday 8:00, in summer
      ['2026-11-21T12:00:00Z', 'deny'], // Saturday
    ] as const) {
      expect((await answer(act('R1', { at }), settings)).decision, at).to.equal(decision);
    }
    expect((await answer(act('R1', { at: '2026-11-21T12:00:00Z' }), settings)).reasons).to.deep.equal([
      'agent bot-1 may act from 08:00 to 18:00 on mon, tue, wed, thu, fri (Europe/Berlin) only',
    ]);
  });

  it('may work through the night, which belongs to the day on which it began', async () => {
    const settings = { ...BOT, hours: { days: ['fri'], from: '22:00', until: '06:00' } };
    for (const [at, decision] of [
      ['2026-11-20T05:00:00Z', 'deny'], // Friday morning: Thursday's night
      ['2026-11-20T21:59:00Z', 'deny'],
      ['2026-11-20T22:00:00Z', 'allow'],
      ['2026-11-21T05:59:00Z', 'allow'], // Saturday morning: Friday's night
      ['2026-11-21T06:00:00Z', 'deny'],
      ['2026-11-21T22:00:00Z', 'deny'],
    ] as const) {
      expect((await answer(act('R1', { at }), settings)).decision, at).to.equal(decision);
    }
    const wholeDay = { ...BOT, hours: { days: ['sat'], from: '00:00', until: '24:00' } };
    expect((await answer(act('R1', { at: '2026-11-21T23:59:59Z' }), wholeDay)).decision).to.equal('allow');
    expect((await answer(act('R1', { at: '2026-11-22T00:00:00Z' }), wholeDay)).decision).to.equal('deny');
  });

  it('may do nothing once its mandate has ended', async () => {
    const settings = { agents: [{ subject: 'bot-1', until: '2026-11-21T13:00:00+01:00' }] };
    expect((await answer(act('R1', { at: '2026-11-21T11:59:59Z' }), settings)).decision).to.equal('allow');
    expect(await answer(act('R1', { at: '2026-11-21T12:00:00Z' }), settings)).to.deep.equal({
      decision: 'deny',
      reasons: ['agent bot-1 had a mandate until 2026-11-21T13:00:00+01:00, which is over'],
    });
  });

  it('never runs R3 by itself, whatever is configured, and nothing at all beyond the limits', async () => {
    const rings = fc.subarray([...RINGS], { minLength: 1 });
    const r2 = fc.option(fc.record({ rings, maxRisk: fc.nat(50) }), { nil: undefined });
    const settings = fc.record({
      rings,
      maxDevices: fc.integer({ min: 1, max: 50 }),
      r2,
      uninstall: fc.constantFrom(...RISK_CLASSES),
    });
    const action = fc.record({
      ring: fc.constantFrom(...RINGS),
      purpose: fc.constantFrom<Purpose>('required', 'available', 'uninstall'),
      devices: fc.nat(60),
      risk: fc.nat(100),
    });
    await fc.assert(
      fc.asyncProperty(settings, fc.constantFrom(...RISK_CLASSES), action, async (config, riskClass, what) => {
        const { decision } = await answer(act(riskClass, what), { ...BOT, ...config });
        if (riskClass === 'R3') expect(decision).not.to.equal('allow');
        if (what.purpose === 'uninstall' && config.uninstall === 'R3') expect(decision).not.to.equal('allow');
        if (!config.rings.includes(what.ring) || what.devices > config.maxDevices) expect(decision).to.equal('deny');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

interface Action {
  subject: string;
  ring: RingName;
  purpose: Purpose;
  devices: number;
  risk: number;
  privileged: boolean;
  package: string;
  at: string;
}

function act(riskClass: RiskClass, of: Partial<Action> = {}): GateFacts {
  const {
    subject = 'bot-1',
    ring = 'lab',
    purpose = 'required',
    devices = 10,
    risk = 0,
    at = '2026-11-20T12:00:00Z',
  } = of;
  const installed = givenPackage({ name: of.package ?? 'Example Tool', privileged: of.privileged ?? false });
  return givenFacts({
    requester: { subject, agent: { riskClass } },
    order: givenOrder({ ring, purpose, sizeLimit: devices, package: installed }),
    risk: { score: risk, version: '1', factors: [] },
    now: new Date(at),
  });
}

async function givenGate(settings: object): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'agent' });
}

async function answer(facts: GateFacts, settings: object = BOT) {
  return (await givenGate(settings)).evaluate(testContext(), facts);
}
