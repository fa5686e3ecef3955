import { RINGS, SEVERITIES, type EvidenceItem, type Finding } from '@eucora/sdk';
import { givenOrder, givenPackage } from '@eucora/sdk/testing';
import { assessRisk, checkWeights, DEFAULT_WEIGHTS, RISK_FACTORS, type RiskFacts } from '@eucora/engine';
import { expect } from 'chai';
import fc from 'fast-check';

const SEED = Number(process.env.EUCORA_SEED ?? 1);

describe(`the risk score (seed ${SEED})`, () => {
  it('tells every factor with its input, weight and contribution, and is their sum', () => {
    fc.assert(
      fc.property(someFacts(), (facts) => {
        const { score, version, factors } = assessRisk(facts, DEFAULT_WEIGHTS);
        expect(version).to.equal(DEFAULT_WEIGHTS.version);
        expect(factors.map(({ name }) => name)).to.deep.equal([...RISK_FACTORS]);
        for (const { weight, input, contribution, because } of factors) {
          expect(input).to.be.within(0, 1);
          expect(contribution).to.be.closeTo(weight * input, 0.005);
          expect(because).to.match(/\S/);
        }
        expect(score).to.be.within(0, 100);
        expect(score).to.be.closeTo(
          factors.reduce((sum, { contribution }) => sum + contribution, 0),
          0.01,
        );
      }),
      { seed: SEED },
    );
  });

  it('is the same for the same facts, in whatever order the evidence comes', () => {
    fc.assert(
      fc.property(someFacts(), (facts) => {
        const turned = { ...structuredClone(facts), evidence: [...facts.evidence].reverse() };
        expect(assessRisk(turned, DEFAULT_WEIGHTS).score).to.equal(assessRisk(facts, DEFAULT_WEIGHTS).score);
      }),
      { seed: SEED },
    );
  });

  it('never falls when something gets worse', () => {
    const score = (facts: RiskFacts) => assessRisk(facts, DEFAULT_WEIGHTS).score;
    fc.assert(
      fc.property(someFacts(), fc.constantFrom(...SEVERITIES), (facts, severity) => {
        const { order, past } = facts;
        const worse: RiskFacts[] = [
          { ...facts, order: { ...order, package: { ...order.package, privileged: true } } },
          { ...facts, order: { ...order, sizeLimit: order.sizeLimit * 10 } },
          { ...facts, order: { ...order, ring: 'global' } },
          { ...facts, publisherKnown: false },
          { ...facts, reversible: false },
          { ...facts, past: { ended: past.ended + 1, failed: past.failed + 1 } },
          { ...facts, evidence: facts.evidence.map((item) => withFinding(item, severity)) },
          { ...facts, evidence: facts.evidence.filter(({ kind }) => kind !== 'signature') },
          { ...facts, evidence: facts.evidence.filter(({ kind }) => kind !== 'tests') },
          { ...facts, evidence: facts.evidence.filter(({ kind }) => kind !== 'sbom') },
        ];
        for (const [at, one] of worse.entries()) expect(score(one), `change ${at}`).to.be.at.least(score(facts));
      }),
      { seed: SEED },
    );
  });

  it('asks for approval of a privileged package for everybody, however good its evidence', () => {
    const facts: RiskFacts = {
      order: givenOrder({ ring: 'global', sizeLimit: 100_000, package: givenPackage({ privileged: true }) }),
      evidence: [
        item('artifact', {}),
        item('sbom', {}),
        item('scan', { findings: [] }),
        item('tests', {}),
        item('signature', { verdict: 'verified' }),
      ],
      reversible: true,
      publisherKnown: true,
      past: { ended: 9, failed: 1 },
    };
    expect(assessRisk(facts, DEFAULT_WEIGHTS).score).to.be.greaterThan(50);
    expect(
      assessRisk({ ...facts, order: { ...facts.order, package: givenPackage() } }, DEFAULT_WEIGHTS).score,
    ).to.be.lessThan(50);
  });

  it('reads other weights, and names every mistake in them', () => {
    const weights = Object.fromEntries(RISK_FACTORS.map((name) => [name, name === 'unsigned' ? 100 : 0]));
    expect(checkWeights({ version: 'ours', weights })).to.have.property('version', 'ours');
    const { unsigned, ...less } = weights;
    const wrong = () => checkWeights({ weights: { ...less, ring: -1, colour: 3 } });
    expect(wrong).to.throw(
      /version: must name.*weights\.unsigned: is missing.*colour: is no factor.*ring: must be points.*add up to 2/s,
    );
    expect(() => checkWeights(null)).to.throw(/version/);
  });
});

const item = (kind: string, facts: Record<string, unknown>): EvidenceItem => ({ kind, provider: 'test', facts });

function withFinding(one: EvidenceItem, severity: Finding['severity']): EvidenceItem {
  if (one.kind !== 'scan' || !one.facts) return one;
  const findings = one.facts['findings'] as readonly Finding[];
  return { ...one, facts: { ...one.facts, findings: [...findings, { id: 'CVE-0', severity }] } };
}

const someFacts = (): fc.Arbitrary<RiskFacts> =>
  fc
    .record({
      ring: fc.constantFrom(...RINGS),
      sizeLimit: fc.integer({ min: 1, max: 200_000 }),
      privileged: fc.boolean(),
      reversible: fc.boolean(),
      publisherKnown: fc.boolean(),
      ended: fc.nat(50),
      failed: fc.double({ min: 0, max: 1, noNaN: true }),
      kinds: fc.subarray(['artifact', 'sbom', 'tests']),
      verdicts: fc.array(fc.constantFrom('verified', 'recorded'), { maxLength: 2 }),
      scans: fc.array(fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 30 }), { maxLength: 2 }),
    })
    .map(({ ring, sizeLimit, privileged, ended, failed, kinds, verdicts, scans, ...same }) => ({
      ...same,
      order: givenOrder({ ring, sizeLimit, package: givenPackage({ privileged }) }),
      past: { ended, failed: Math.floor(ended * failed) },
      evidence: [
        ...kinds.map((kind) => item(kind, {})),
        ...verdicts.map((verdict) => item('signature', { verdict })),
        ...scans.map((found) =>
          item('scan', { findings: found.map((severity, at) => ({ id: `CVE-${at}`, severity })) }),
        ),
      ],
    }));
