import { describeIssue, RINGS, type GateFacts, type PolicyGate, type RingName } from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin from '../src/index.js';

const SEED = 20_261_121;
const STRICT = { needed: 2, from: ['carl', 'cora'], validHours: 8 };

describeGate('the CAB', {
  start: async () => ({ gate: await givenGate() }),
  facts: {
    'nothing that concerns it': of({}),
    'a high risk': of({ risk: 62 }),
    'a privileged package for everybody': of({ ring: 'global', privileged: true }),
  },
});

describe('the CAB', () => {
  it('is asked about nothing that is neither risky nor privileged', async () => {
    for (const ring of RINGS) {
      expect(await answer(of({ ring, risk: 50 }))).to.deep.equal({ decision: 'allow', reasons: [] });
    }
  });

  it('must say yes once above a risk of 50', async () => {
    expect(await answer(of({ risk: 51 }))).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['risk above 50: 1 person must say yes'],
      approval: { needed: 1 },
    });
  });

  it('must say yes twice to a privileged package in department and global', async () => {
    const needed = RINGS.map(async (ring) => (await answer(of({ ring, privileged: true }))).approval?.needed ?? 0);
    expect(await Promise.all(needed)).to.deep.equal([0, 0, 0, 2, 2]);
    expect((await answer(of({ ring: 'global', privileged: true }))).reasons).to.deep.equal([
      'privileged, in department or global: 2 people must say yes',
    ]);
  });

  it('states what is needed, whatever was given already', async () => {
    const approvals = ['carl', 'cora'].map((by) => ({ by, at: '2026-11-21T11:00:00Z' }));
    const risky = of({ risk: 62 });
    expect(await answer({ ...risky, approvals })).to.deep.equal(await answer(risky));
  });

  it('is asked by the strictest of the rules that apply, field by field', async () => {
    const rules = [
      { rings: ['global'], needed: 3, from: ['carl', 'cora', 'chris', 'cem'], validHours: 24 },
      { purposes: ['uninstall'], needed: 1, from: ['cem', 'chris', 'cora'], validHours: 48 },
      { packages: ['Example Tool@1.0.0'], needed: 20 },
    ];
    const { decision, reasons, approval } = await answer(of({ ring: 'global', purpose: 'uninstall' }), { rules });
    expect(decision).to.equal('needs_approval');
    expect(approval).to.deep.equal({ needed: 3, from: ['cora', 'chris', 'cem'], validHours: 24 });
    expect(reasons).to.deep.equal([
      'in global: 3 people of carl, cora, chris, cem must say yes within 24 h',
      'for uninstall: 1 person of cem, chris, cora must say yes within 48 h',
    ]);
  });

  it('says that rules contradict each other, rather than wait for ever', async () => {
    const rules = [STRICT, { needed: 1, from: ['cem'] }];
    const { decision, reasons } = await answer(of({}), { rules });
    expect(decision).to.equal('deny');
    expect(reasons.at(-1)).to.equal(
      'together that takes 2 people, of whom every rule names only nobody: the rules of the gate contradict each other',
    );
  });

  it('knows a package by its name, and one version by name and version', async () => {
    for (const [packages, decision] of [
      [['Example Tool'], 'needs_approval'],
      [['Example Tool@2.0.0'], 'needs_approval'],
      [['Example Tool@1.0.0'], 'allow'],
      [['example tool'], 'allow'],
    ] as const) {
      expect((await answer(of({}), { rules: [{ packages, needed: 1 }] })).decision, packages[0]).to.equal(decision);
    }
  });

  it('has rules for emergencies, and rules for all that is none', async () => {
    const rules = [
      { emergency: false, rings: ['global'], needed: 3 },
      { emergency: true, privileged: false, needed: 1, validHours: 4 },
    ];
    expect((await answer(of({ ring: 'global' }), { rules })).approval).to.deep.equal({ needed: 3 });
    const urgent = { ...of({ ring: 'global' }), emergency: { reason: 'it is exploited' } };
    expect(await answer(urgent, { rules })).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['an emergency, not privileged: 1 person must say yes within 4 h'],
      approval: { needed: 1, validHours: 4 },
    });
    const always = (await answer(of({}), { rules: [{ emergency: false, needed: 1 }, { needed: 1 }] })).reasons;
    expect(always).to.deep.equal(['no emergency: 1 person must say yes', 'always: 1 person must say yes']);
  });

  it('is asked above a risk of 50 whatever the rules are, and about a score that is none', async () => {
    expect((await answer(of({ risk: 51 }), { rules: [] })).decision).to.equal('needs_approval');
    expect((await answer(of({ risk: NaN }), { rules: [] })).decision).to.equal('needs_approval');
  });

  it('never asks fewer people when a rule is added', async () => {
    const rule = fc.record(
      {
        rings: fc.constant(['lab']),
        aboveRisk: fc.nat(100),
        needed: fc.integer({ min: 1, max: 20 }),
        validHours: fc.nat(99).map((h) => h + 1),
      },
      { requiredKeys: ['needed'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { maxLength: 4 }), rule, fc.nat(100), async (rules, another, risk) => {
        const before = await answer(of({ risk }), { rules });
        const after = await answer(of({ risk }), { rules: [...rules, another] });
        expect(after.approval?.needed ?? 0).to.be.at.least(before.approval?.needed ?? 0);
        expect(after.approval?.validHours ?? Infinity).to.be.at.most(before.approval?.validHours ?? Infinity);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('finds every mistake in its configuration, and says where', async () => {
    const rules = [
      {
        rings: [],
        aboveRisk: 101,
        privileged: 'no',
        purposes: ['remove'],
        packages: [''],
        emergency: 1,
        needed: 0,
        validHours: 0,
      },
      { needed: 2, from: ['carl'] },
      { needed: 1, from: ['carl', 'carl'], who: 'x' },
    ];
    expect(await complaints({ rules })).to.have.members([
      'rules.0.rings: must be a list, not empty, of rings: lab, canary, pilot, department, global',
      'rules.0.aboveRisk: must be a number from 0 to 100',
      'rules.0.privileged: must be true or false',
      'rules.0.purposes: must be a list, not empty, of purposes: required, available, uninstall',
      'rules.0.packages: must be a list, not empty, of names, each once',
      'rules.0.emergency: must be true or false',
      'rules.0.needed: must be a whole number from 1 to 20',
      'rules.0.validHours: must be a number of hours, above 0 and at most 8760',
      'rules.1.from: must name at least as many people as are needed',
      'rules.2.from: must be a list, not empty, of names, each once',
      'rules.2.who: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    for (const rules of [null, 'all', {}, [null], [[]]]) expect(await complaints({ rules })).not.to.deep.equal([]);
  });
});

interface Situation {
  ring: RingName;
  risk: number;
  privileged: boolean;
  purpose: 'required' | 'uninstall';
}

function of({ ring = 'lab', risk = 0, privileged = false, purpose = 'required' }: Partial<Situation>): GateFacts {
  const order = givenOrder({ ring, purpose, package: givenPackage({ privileged }) });
  return givenFacts({ order, risk: { score: risk, version: '1', factors: [] } });
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'cab' });
}

async function answer(facts: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), facts);
}

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
