import { describeIssue, RINGS, type GateFacts, type PolicyGate, type RiskFactor, type RingName } from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin, { risk } from '../src/index.js';

const SEED = 20_261_121;

describeGate('risk', {
  start: async () => ({ gate: await givenGate({ denyAbove: 80 }) }),
  facts: {
    'little risk': scored(12),
    'enough risk to ask': scored(62, [factor('privileged', 20), factor('blast_radius', 18)]),
    'too much risk': scored(81, [factor('privileged', 20)]),
    'a score that is none': scored(NaN),
  },
});

describe('risk', () => {
  it('asks above 50, and not at 50', async () => {
    expect(await answer(scored(50))).to.deep.equal({ decision: 'allow', reasons: [] });
    expect((await answer(scored(50.01))).decision).to.equal('needs_approval');
  });

  it('names the three factors that weigh most, and what they contribute', async () => {
    const factors = [factor('ring', 4), factor('unsigned', 10), factor('scan', 18.25), factor('privileged', 18.25)];
    expect(await answer(scored(62, factors))).to.deep.equal({
      decision: 'needs_approval',
      reasons: [
        'the risk score is 62: privileged 18.25 (for a reason), scan 18.25 (for a reason), unsigned 10 (for a reason); ' +
          'in lab an approver must say yes above 50',
      ],
    });
  });

  it('names no factor that adds nothing, and admits a score that nothing explains', async () => {
    expect((await answer(scored(62, [factor('scan', 0), factor('ring', 4)]))).reasons[0]).to.contain(
      ': ring 4 (for a reason);',
    );
    expect((await answer(scored(62))).reasons[0]).to.contain('no factor explains it');
  });

  it('refuses above what the operator set, whoever would approve', async () => {
    expect((await answer(scored(80), { denyAbove: 80 })).decision).to.equal('needs_approval');
    expect(await answer(scored(81), { denyAbove: 80 })).to.deep.equal({
      decision: 'deny',
      reasons: ['the risk score is 81: no factor explains it; in lab nothing above 80 may go ahead'],
    });
    expect((await answer(scored(100))).decision).to.equal('needs_approval');
  });

  it('goes by the limits of the ring where it has some', async () => {
    const settings = {
      approvalAbove: 40,
      denyAbove: 90,
      rings: { global: { approvalAbove: 10 }, pilot: { denyAbove: 30 } },
    };
    const decisions = RINGS.map(async (ring) => (await answer(scored(35, [], ring), settings)).decision);
    expect(await Promise.all(decisions)).to.deep.equal(['allow', 'allow', 'deny', 'allow', 'needs_approval']);
    expect((await answer(scored(95, [], 'global'), settings)).decision).to.equal('deny');
  });

  it('takes a score that is none for a no', async () => {
    for (const score of [NaN, -1, 101, Infinity])
      expect((await answer(scored(score))).decision, `${score}`).to.equal('deny');
  });

  it('cannot be made laxer than the specification, in a file or in a program', async () => {
    expect(await complaints({ approvalAbove: 51, rings: { global: { approvalAbove: 60 } } })).to.deep.equal([
      'approvalAbove: must be a number from 0 to 50: above that the CAB is asked in any case',
      'rings.global.approvalAbove: must be a number from 0 to 50: above that the CAB is asked in any case',
    ]);
    const lax = risk({ approvalAbove: 90, rings: { lab: { approvalAbove: 80 } } });
    expect((await lax.evaluate(testContext(), scored(51))).decision).to.equal('needs_approval');
  });

  it('gets stricter as the score rises, under any limits', async () => {
    const strictness = ['allow', 'needs_approval', 'deny'];
    const score = fc.integer({ min: 0, max: 100 });
    await fc.assert(
      fc.asyncProperty(
        score,
        score,
        fc.integer({ min: 0, max: 50 }),
        score,
        async (one, other, approvalAbove, denyAbove) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const of = async (value: number) =>
            strictness.indexOf((await answer(scored(value), { approvalAbove, denyAbove })).decision);
          expect(await of(low)).to.be.at.most(await of(high));
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(
      await complaints({ denyAbove: '80', rings: { moon: {}, lab: { askAbove: 3 }, pilot: 40 }, colour: 'red' }),
    ).to.have.members([
      'denyAbove: must be a number from 0 to 100',
      'rings.moon: is not a setting of this plugin',
      'rings.lab.askAbove: is not a setting of this plugin',
      'rings.pilot: must be an object with approvalAbove and denyAbove',
      'colour: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ rings: [] })).to.deep.equal(['rings: must be an object of limits by ring']);
  });
});

function scored(score: number, factors: readonly RiskFactor[] = [], ring: RingName = 'lab'): GateFacts {
  return givenFacts({ order: givenOrder({ ring }), risk: { score, version: '1', factors } });
}

function factor(name: string, contribution: number): RiskFactor {
  return { name, weight: 20, input: contribution / 20, contribution, because: 'for a reason' };
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'risk' });
}

async function answer(facts: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), facts);
}

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
