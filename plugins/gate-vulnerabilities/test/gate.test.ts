import {
  describeIssue,
  SEVERITIES,
  type EvidenceItem,
  type Finding,
  type GateFacts,
  type PolicyGate,
  type ScanFacts,
  type Severity,
  type Waiver,
} from '@eucora/sdk';
import { describeGate, givenFacts, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import plugin, { vulnerabilities } from '../src/index.js';

const SEED = 20_261_121;

describeGate('vulnerabilities', {
  start: async () => ({ gate: await givenGate() }),
  facts: {
    'a clean scan': facts(scan([])),
    'a critical finding': facts(scan([finding('CVE-2026-1', 'critical')])),
    'a critical finding that is waived': waiving(facts(scan([finding('CVE-2026-1', 'critical')])), 'CVE-2026-1'),
    'no scan': facts(),
  },
});

describe('vulnerabilities', () => {
  it('has nothing against a clean scan, or against medium and lower findings', async () => {
    expect(await answer(facts(scan([])))).to.deep.equal({ decision: 'allow', reasons: [] });
    const minor = scan([finding('A', 'medium'), finding('B', 'low'), finding('C', 'negligible')]);
    expect((await answer(facts(minor))).decision).to.equal('allow');
  });

  it('refuses critical and high ones, and names component, version and what fixes them', async () => {
    const one = { ...finding('CVE-2026-1', 'critical'), component: 'zlib', version: '1.2.11', fixed_in: '1.2.12' };
    const other = { ...finding('CVE-2026-2', 'high'), component: 'pkg:npm/left@1.0.0', version: '1.0.0' };
    expect(await answer(facts(scan([one, other, finding('CVE-2026-3', 'high')])))).to.deep.equal({
      decision: 'deny',
      reasons: [
        '1 critical vulnerability, 0 allowed without a waiver: CVE-2026-1 in zlib 1.2.11 (fixed in 1.2.12)',
        '2 high vulnerabilities, 0 allowed without a waiver: CVE-2026-2 in pkg:npm/left@1.0.0 (no fix known), CVE-2026-3 (no fix known)',
      ],
    });
  });

  it('names ten findings, and how many more there are', async () => {
    const dozen = Array.from({ length: 12 }, (_, index) => finding(`CVE-${index}`, 'high'));
    const [reason] = (await answer(facts(scan(dozen)))).reasons;
    expect(reason).to.match(/^12 high vulnerabilities, .*CVE-9 \(no fix known\) and 2 more$/);
    expect(reason).not.to.contain('CVE-10');
  });

  it('goes by the limits of the operator, and keeps those that were not named', async () => {
    const found = scan([finding('A', 'high'), finding('B', 'medium'), finding('C', 'medium')]);
    expect((await answer(facts(found), { maximum: { high: 1 } })).decision).to.equal('allow');
    expect((await answer(facts(found), { maximum: { high: 1, medium: 1 } })).reasons).to.deep.equal([
      '2 medium vulnerabilities, 1 allowed without a waiver: B (no fix known), C (no fix known)',
    ]);
    const critical = facts(scan([finding('A', 'critical')]));
    expect((await answer(critical, { maximum: { high: 9 } })).decision).to.equal('deny');
    expect((await vulnerabilities({ maximum: { high: 9 } }).evaluate(testContext(), critical)).decision).to.equal(
      'deny',
    );
  });

  it('adds up all scans, and counts once what two of them found alike', async () => {
    const zlib = { ...finding('CVE-2026-1', 'medium'), component: 'zlib', version: '1' };
    const limit = { maximum: { medium: 1 } };
    expect((await answer(facts(scan([zlib]), scan([zlib])), limit)).decision).to.equal('allow');
    expect((await answer(facts(scan([zlib]), scan([{ ...zlib, version: '2' }])), limit)).decision).to.equal('deny');
    expect((await answer(facts(scan([zlib]), scan([{ ...zlib, severity: 'high' }])), limit)).decision).to.equal('deny');
  });

  it('takes a severity that nobody knows for a high one, or for what the operator says', async () => {
    for (const severity of ['unknown', 'CATASTROPHIC'] as Severity[]) {
      const unclear = facts(scan([finding('CVE-2026-1', severity)]));
      expect((await answer(unclear)).reasons).to.deep.equal([
        '1 high vulnerability, 0 allowed without a waiver: CVE-2026-1 (no fix known, severity unknown)',
      ]);
      expect((await answer(unclear, { unknownAs: 'low' })).decision).to.equal('allow');
    }
  });

  it('counts only what can be fixed, where the operator wants that', async () => {
    const stuck = facts(scan([finding('CVE-2026-1', 'critical')]));
    expect((await answer(stuck, { onlyFixable: true })).decision).to.equal('allow');
    const fixable = facts(scan([{ ...finding('CVE-2026-1', 'critical'), fixed_in: '2' }]));
    expect((await answer(fixable, { onlyFixable: true })).decision).to.equal('deny');
  });

  it('does not count what the report suppressed, but says how much that is', async () => {
    const suppressed = ['B', 'C'].map((id) => ({ ...finding(id, 'high'), reason: 'not reachable' }));
    const quiet = facts({ ...scan([]), suppressed });
    expect((await answer(quiet)).decision).to.equal('allow');
    expect((await answer(facts({ ...scan([finding('A', 'high')]), suppressed }))).reasons).to.deep.equal([
      '1 high vulnerability, 0 allowed without a waiver: A (no fix known); 2 more are suppressed by the report',
    ]);
    expect((await answer(quiet, { trustSuppressions: false })).reasons).to.deep.equal([
      '2 high vulnerabilities, 0 allowed without a waiver: B (no fix known), C (no fix known)',
    ]);
  });

  it('counts what one report suppressed and another did not', async () => {
    const suppressed = [{ ...finding('A', 'high'), reason: 'not reachable' }];
    expect((await answer(facts({ ...scan([]), suppressed }, scan([finding('A', 'high')])))).reasons).to.deep.equal([
      '1 high vulnerability, 0 allowed without a waiver: A (no fix known)',
    ]);
  });

  it('passes over what is waived, and says which waivers it took', async () => {
    const two = facts(scan([finding('A', 'critical'), finding('B', 'high')]));
    expect(await answer(waiving(two, 'A', 'B'))).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['W-A', 'W-B'],
    });
    expect(await answer(waiving(two, 'A'))).to.deep.equal({
      decision: 'deny',
      reasons: ['1 high vulnerability, 0 allowed without a waiver: B (no fix known)'],
    });
  });

  it('calls no waiver used that made no difference', async () => {
    const minor = waiving(facts(scan([finding('A', 'medium')])), 'A', 'Z');
    expect(await answer(minor)).to.deep.equal({ decision: 'allow', reasons: [] });
    expect((await answer(minor, { maximum: { medium: 0 } })).waived).to.deep.equal(['W-A']);
  });

  it('listens to no waiver for another gate', async () => {
    const other = waiving(facts(scan([finding('A', 'critical')])), 'A');
    const waivers = other.waivers.map((waiver) => ({ ...waiver, gate: 'evidence' }));
    expect((await answer({ ...other, waivers })).decision).to.equal('deny');
  });

  it('refuses what nobody has scanned, in the words of who tried', async () => {
    expect((await answer(facts())).reasons).to.deep.equal(['nobody has scanned it: no scan was collected']);
    const failed: EvidenceItem = { kind: 'scan', provider: 'evidence-scan', absent: 'trivy.json: is not JSON' };
    expect((await answer(givenFacts({ evidence: [failed] }))).reasons).to.deep.equal([
      'nobody has scanned it: evidence-scan: trivy.json: is not JSON',
    ]);
    expect(await answer(waiving(facts(), 'scan'))).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['W-scan'],
    });
  });

  it('never gets kinder when there is more to find, or stricter when more is waived', async () => {
    const some = fc.array(
      fc.record({
        id: fc.constantFrom('A', 'B', 'C', 'D'),
        severity: fc.constantFrom(...SEVERITIES),
        component: fc.constantFrom('x', 'y'),
      }),
      { maxLength: 6 },
    );
    const limits = fc.record({ critical: fc.nat(2), high: fc.nat(2), medium: fc.nat(2), low: fc.nat(2) });
    const ids = fc.subarray(['A', 'B', 'C', 'D']);
    await fc.assert(
      fc.asyncProperty(some, some, limits, ids, fc.boolean(), async (found, more, maximum, waived, inOneReport) => {
        const decided = async (given: GateFacts) => (await answer(given, { maximum })).decision;
        const less = waiving(facts(scan(found)), ...waived);
        const both = inOneReport ? [scan([...found, ...more])] : [scan(found), scan(more)];
        if ((await decided(less)) === 'deny') {
          expect(await decided(waiving(facts(...both), ...waived))).to.equal('deny');
          expect(await decided(facts(scan(found)))).to.equal('deny');
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(
      await complaints({
        maximum: { critical: -1, high: null, medium: 1.5, unknown: 3 },
        onlyFixable: 'yes',
        trustSuppressions: 0,
        unknownAs: 'unknown',
        ignore: [],
      }),
    ).to.have.members([
      'maximum.critical: must be a whole number, 0 or more',
      'maximum.high: must be a whole number, 0 or more',
      'maximum.medium: must be a whole number, 0 or more',
      'maximum.unknown: is not a setting of this plugin',
      'onlyFixable: must be true or false',
      'trustSuppressions: must be true or false',
      'unknownAs: must be one of critical, high, medium, low, negligible',
      'ignore: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ maximum: [] })).to.deep.equal(['maximum: must be an object of counts by severity']);
  });
});

function finding(id: string, severity: Severity): Finding {
  return { id, severity };
}

function scan(findings: readonly Finding[]): ScanFacts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
  return { scanner: 'trivy', counts, findings, suppressed: [], describes_artifact: true, remarks: [] };
}

function facts(...scans: readonly ScanFacts[]): GateFacts {
  return givenFacts({
    evidence: scans.map((found) => ({ kind: 'scan', provider: 'evidence-scan', facts: { ...found } })),
  });
}

function waiving(given: GateFacts, ...subjects: readonly string[]): GateFacts {
  const waivers = subjects.map((subject): Waiver => ({
    id: `W-${subject}`,
    gate: 'vulnerabilities',
    subjects: [subject],
    package: 'Example Tool',
    reason: 'not reachable',
    grantedBy: 'sam',
    grantedAt: '2026-11-01T00:00:00Z',
    expiresAt: '2026-12-01T00:00:00Z',
  }));
  return { ...given, waivers };
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'vulnerabilities' });
}

async function answer(given: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), given);
}

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
