import { factsOf as factsIn, type StandardSchema } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin, { scanEvidence } from '../src/index.js';
import { absenceOf, ARTIFACT, collected, factsOf, givenDocument, givenGrype, givenTrivy } from './given.js';

const GOOD = givenDocument(givenTrivy());

describeEvidenceProvider('the reader of scan reports', {
  start: () => ({ provider: plugin.create({}, { id: 'scan' }), ctx: testContext({ artifacts: GOOD.artifacts }) }),
  orders: {
    'a package with a report': GOOD.order,
    'a package without one': givenOrder(),
    'a report that is not in the store': givenDocument('{}').order,
  },
});

describe('the reader of scan reports', () => {
  it('gives one item for each report, and lets gates read the facts by their kind', async () => {
    const { order, artifacts } = givenDocument(givenGrype());
    const [document] = order.package.documents!;
    const lost = { ...ARTIFACT, kind: 'scan', fileName: 'lost.json' } as const;
    const other = { ...document!, kind: 'tests' } as const;
    const both = givenOrder({ package: givenPackage({ documents: [document!, other, lost] }) });
    const items = await scanEvidence().collect(testContext({ artifacts }), both);
    expect(items.map(({ blob, absent }) => [blob, absent])).to.deep.equal([
      [document!.sha256, undefined],
      [ARTIFACT.sha256, `lost.json: no artifact ${ARTIFACT.sha256} in memory`],
    ]);
    expect(factsIn(items, 'scan').map(({ scanner }) => scanner)).to.deep.equal(['grype']);
  });

  it('lists a finding once, with the worst severity, the worst first and then by id', async () => {
    const finding = (id: string, Severity: string, more: object = {}) => ({
      VulnerabilityID: id,
      PkgName: 'p',
      Severity,
      ...more,
    });
    const Vulnerabilities = [
      finding('B', 'LOW'),
      finding('C', 'UNKNOWN'),
      finding('B', 'HIGH', { FixedVersion: '2' }),
      finding('A', 'high'),
      finding('D', 'CATASTROPHIC'),
      finding('B', 'HIGH', { InstalledVersion: '1' }),
      finding('E', 'CRITICAL'),
    ];
    const { findings, counts } = await factsOf(givenTrivy({ Results: [{ Target: 't', Vulnerabilities }] }));
    expect(findings).to.deep.equal([
      { id: 'E', severity: 'critical', component: 'p' },
      { id: 'A', severity: 'high', component: 'p' },
      { id: 'B', severity: 'high', component: 'p', fixed_in: '2' },
      { id: 'B', severity: 'high', component: 'p', version: '1' },
      { id: 'C', severity: 'unknown', component: 'p' },
      { id: 'D', severity: 'unknown', component: 'p' },
    ]);
    expect(counts).to.deep.equal({ critical: 1, high: 3, medium: 0, low: 0, negligible: 0, unknown: 2 });
  });

  it('keeps what a database would refuse out of the facts', async () => {
    const Secrets = [{ RuleID: 'a\u0000b\ud800c' }];
    const { findings } = await factsOf(givenTrivy({ Results: [{ Target: 'x\ny', Secrets }] }));
    expect(findings).to.deep.equal([{ id: 'a b c', severity: 'unknown', component: 'x y' }]);
    expect((await collected('[]', 'a\nb.json')).absent).to.match(/^a b\.json: is no report of Trivy or Grype/);
  });

  it('has nothing to configure, and refuses what somebody hopes for', async () => {
    const schema: StandardSchema<object> = plugin.config;
    expect(await schema['~standard'].validate({})).to.deep.equal({ value: {} });
    expect(await schema['~standard'].validate({ waivers: [] })).to.deep.equal({
      issues: [{ path: ['waivers'], message: 'is not a setting of this plugin' }],
    });
    expect(await schema['~standard'].validate(null)).to.deep.equal({ issues: [{ message: 'must be an object' }] });
  });

  it('says what is no report at all', async () => {
    for (const json of [null, 7, [], {}, { spdxVersion: 'SPDX-2.3' }, { descriptor: { name: 'syft' } }]) {
      expect(await absenceOf(JSON.stringify(json))).to.match(
        /is no report of Trivy or Grype, nor SARIF, nor CycloneDX$/,
      );
    }
  });
});
