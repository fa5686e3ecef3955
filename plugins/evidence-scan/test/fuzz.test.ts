import { SEVERITIES } from '@eucora/sdk';
import { expect } from 'chai';
import fc from 'fast-check';
import { collected, factsOf, givenCycloneDx, givenGrype, givenSarif, givenTrivy } from './given.js';
import { mutated } from './mutated.js';

const RUNS = { seed: 4, numRuns: 150 };
const REPORTS = { Trivy: givenTrivy(), Grype: givenGrype(), SARIF: givenSarif(), CycloneDX: givenCycloneDx() };

describe('a damaged report', () => {
  for (const [tool, report] of Object.entries(REPORTS)) {
    const bytes = Buffer.from(JSON.stringify(report));

    it(`is an absence wherever it is cut: ${tool}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect((await collected(bytes.subarray(0, length))).absent).to.match(/is empty|not all of it/);
        }),
        RUNS,
      );
    });

    it(`gives facts or a reason, whatever byte is changed: ${tool}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          await expectOneAnswer(changed);
        }),
        RUNS,
      );
    });

    it(`gives facts or a reason, whatever a value is replaced by: ${tool}`, async () => {
      await fc.assert(fc.asyncProperty(mutated(report), expectOneAnswer), RUNS);
    });
  }

  it('gives a reason for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await collected(JSON.stringify(value))).absent).to.match(/is no report of/);
      }),
      RUNS,
    );
  });
});

describe('the summary of a report', () => {
  it('counts each finding once, in an order that does not depend on the report', async () => {
    const finding = fc.record({
      VulnerabilityID: fc.constantFrom('A', 'B', 'C'),
      PkgName: fc.constantFrom('p', 'q'),
      Severity: fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN', 'ODD'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(finding, { maxLength: 12 }), async (Vulnerabilities) => {
        const summaryOf = (list: readonly object[]) =>
          factsOf(givenTrivy({ Results: [{ Target: 't', Vulnerabilities: list }] }));
        const summary = await summaryOf(Vulnerabilities);
        expect(await summaryOf([...Vulnerabilities].reverse())).to.deep.equal(summary);
        const { findings, counts } = summary;
        expect(new Set(findings.map(({ id, component }) => `${id} ${component}`)).size).to.equal(findings.length);
        for (const severity of SEVERITIES) {
          expect(findings.filter((one) => one.severity === severity)).to.have.lengthOf(counts[severity]);
        }
      }),
      RUNS,
    );
  });
});

async function expectOneAnswer(content: unknown): Promise<void> {
  const { facts, absent } = await collected(content);
  expect((facts === undefined) !== (absent === undefined)).to.equal(true);
  expect(absent ?? 'scan.json: ').to.match(/^scan\.json: /);
}
