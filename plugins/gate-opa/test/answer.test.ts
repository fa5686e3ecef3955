import { givenFacts } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { answerOf } from '../src/answer.js';

describe("a policy's answer", () => {
  it('may be yes or no', () => {
    expect(answered(true)).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(answered(false)).to.deep.equal({ decision: 'deny', reasons: ['the policy says no, without a reason'] });
  });

  it('may be a set of what speaks against it', () => {
    expect(answered([])).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(answered(['too risky', 'not on a Friday'])).to.deep.equal({
      decision: 'deny',
      reasons: ['too risky', 'not on a Friday'],
    });
    expect(answered(Array.from({ length: 60 }, (_, index) => `reason ${index}`)).reasons).to.have.lengthOf(51);
    expect(answered(Array.from({ length: 60 }, (_, index) => `reason ${index}`)).reasons.at(-1)).to.equal(
      'and 10 more',
    );
  });

  it('may be a decision with its reasons', () => {
    expect(answered({ decision: 'allow' })).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(answered({ decision: 'allow', reasons: ['it is a patch'] }).reasons).to.deep.equal(['it is a patch']);
    expect(answered({ decision: 'deny', reasons: ['too risky'] })).to.deep.equal({
      decision: 'deny',
      reasons: ['too risky'],
    });
    expect(answered({ decision: 'deny' }).reasons).to.deep.equal(['the policy says deny, without a reason']);
  });

  it('may ask for an approval, and say whose', () => {
    expect(answered({ decision: 'needs_approval', reasons: ['it is privileged'] })).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['it is privileged'],
    });
    const approval = { needed: 2, from: ['ada', 'grace'], valid_hours: 24 };
    expect(answered({ decision: 'needs_approval', reasons: ['privileged'], approval })).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['privileged'],
      approval: { needed: 2, from: ['ada', 'grace'], validHours: 24 },
    });
    expect(answered({ decision: 'needs_approval', approval: { needed: 1 } }).approval).to.deep.equal({ needed: 1 });
  });

  it('denies when the approval that it asks for makes no sense', () => {
    const senseless = [
      ...[null, 2, [], {}, { needed: 0 }, { needed: 1.5 }, { needed: '1' }, { needed: 1, by: 'ada' }],
      ...[
        { needed: 1, from: [] },
        { needed: 1, from: [7] },
        { needed: 1, valid_hours: 0 },
        { needed: 1, valid_hours: 'x' },
      ],
    ];
    for (const approval of senseless)
      expect(answered({ decision: 'needs_approval', approval }).reasons[0]).to.match(/an approval that makes no sense/);
    expect(answered({ decision: 'allow', approval: { needed: 1 } }).reasons[0]).to.match(/says allow and asks/);
  });

  it('may name the waivers that it used, of those that are in force for it', () => {
    expect(answered({ decision: 'allow', waived: ['w-1'] })).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['w-1'],
    });
    for (const waived of [['w-2'], ['w-1', 'w-3']])
      expect(answered({ decision: 'allow', waived }).reasons[0]).to.match(
        /waivers that are not in force for opa: w-[23]$/,
      );
    expect(answered({ decision: 'allow', waived: 'w-1' }).reasons[0]).to.match(/not a list of ids/);
  });

  it('denies when it is undefined, and says what to do about it', () => {
    expect(answerOf('[]', 'opa', givenFacts())).to.deep.equal({
      decision: 'deny',
      reasons: ['the policy is undefined for these facts: give its decision a default'],
    });
  });

  it('denies when it is anything else', () => {
    const strange = [
      ...[null, 0, 1, 'allow', 'yes', {}, [7], [''], [[]], { allow: true }, { decision: 'Allow' }, { decision: true }],
      ...[
        { decision: 'allow', reason: 'x' },
        { decision: 'allow', reasons: 'x' },
        { decision: 'allow', reasons: [null] },
      ],
    ];
    for (const result of strange) expect(answered(result).decision, JSON.stringify(result)).to.equal('deny');
    for (const results of ['null', '{}', '7', '[7]', '[{}]', '[{"result":true},{"result":true}]'])
      expect(answerOf(results, 'opa', givenFacts()).decision, results).to.equal('deny');
  });

  it('allows nothing that does not say so, whatever it says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (result) => {
        const { decision, reasons } = answered(result);
        const saysYes = result === true || (Array.isArray(result) && result.length === 0);
        return saysYes ? decision === 'allow' : decision === 'deny' && reasons.length > 0;
      }),
      { seed: 20261121, numRuns: 1_000 },
    );
  });
});

function answered(result: unknown) {
  const waiver = { subjects: ['x'], package: 'x', reason: 'x', grantedBy: 'x', grantedAt: 'x', expiresAt: 'x' };
  const waivers = [
    { ...waiver, id: 'w-1', gate: 'opa' },
    { ...waiver, id: 'w-2', gate: 'vulnerabilities' },
  ];
  return answerOf(JSON.stringify([{ result }]), 'opa', givenFacts({ waivers }));
}
