import { expect } from 'chai';
import { absenceOf, factsOf, givenSarif, sarifResult } from './given.js';

const OTHER = 'f'.repeat(64);

describe('a SARIF log', () => {
  it('is read with the severity of its rules', async () => {
    expect(await factsOf(givenSarif())).to.deep.equal({
      scanner: 'Watchdog',
      scanner_version: '4.2.0',
      scanned_at: '2026-11-20T10:00:00.000Z',
      counts: { critical: 1, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 },
      findings: [{ id: 'R1', severity: 'critical', component: 'src/main.c' }],
      suppressed: [],
      describes_artifact: true,
      remarks: ["it does not say how old the scanner's knowledge was"],
    });
  });

  it('takes the score first, then the level of the result, then that of the rule, then `warning`', async () => {
    const severityOf = async (result: object) => (await factsOf(givenSarif([result]))).findings[0]?.severity;
    expect(await severityOf(sarifResult('R1', { level: 'note' }))).to.equal('critical');
    expect(await severityOf(sarifResult('R1', { properties: { 'security-severity': '5' } }))).to.equal('medium');
    expect(await severityOf(sarifResult('R2')), 'a score of 0 is none').to.equal('high');
    expect(await severityOf(sarifResult('R2', { level: 'none' }))).to.equal('negligible');
    expect(await severityOf(sarifResult('R3'))).to.equal('medium');
    expect(await severityOf(sarifResult('R3', { level: 'fatal' }))).to.equal('unknown');
    for (const [score, severity] of Object.entries({
      9: 'critical',
      7: 'high',
      3.9: 'low',
      11: 'medium',
      x: 'medium',
    })) {
      expect(await severityOf(sarifResult('R3', { properties: { 'security-severity': score } }))).to.equal(severity);
    }
  });

  it('finds a rule by id, by the id above it, or by its place, in extensions too', async () => {
    const findingOf = async (result: object) => (await factsOf(givenSarif([result]))).findings[0];
    const unnamed = { message: {} };
    expect(await findingOf(sarifResult('R1/7'))).to.include({ id: 'R1/7', severity: 'critical' });
    expect(await findingOf({ ...unnamed, ruleIndex: 0 })).to.deep.equal({ id: 'R1', severity: 'critical' });
    expect(await findingOf({ ...unnamed, rule: { index: 0, toolComponent: { index: 0 } } })).to.include({ id: 'X1' });
    expect(await findingOf({ ...unnamed, rule: { id: 'X1' } })).to.include({ id: 'X1', severity: 'low' });
    expect(await findingOf({ ...unnamed, ruleIndex: 99 })).to.deep.equal({ id: 'unnamed', severity: 'medium' });
  });

  it('reads the package from a message as Trivy writes it', async () => {
    const text = 'Package: zlib\nInstalled Version: 1.2\nVulnerability X\nSeverity: HIGH\nFixed Version: 1.3\nLink: y';
    const { findings } = await factsOf(givenSarif([sarifResult('R2', { message: { text } })]));
    expect(findings).to.deep.equal([
      { id: 'R2', severity: 'high', component: 'zlib', version: '1.2', fixed_in: '1.3' },
    ]);
  });

  it('leaves out what is nothing wrong, or no longer there', async () => {
    const results = [{ kind: 'pass' }, { kind: 'informational' }, { baselineState: 'absent' }, { kind: 'review' }];
    const { findings } = await factsOf(givenSarif(results.map((more) => sarifResult('R1', more))));
    expect(findings).to.have.lengthOf(1);
  });

  it('suppresses a result when all its suppressions are accepted, with their reasons', async () => {
    const suppressed = (id: string, ...suppressions: object[]) => sarifResult(id, { suppressions });
    const facts = await factsOf(
      givenSarif([
        suppressed('A', { kind: 'external', justification: 'agreed' }, { kind: 'inSource', status: 'accepted' }),
        suppressed('B', {}),
        suppressed('C', { status: 'underReview' }, { status: 'accepted' }),
        suppressed('D'),
      ]),
    );
    expect(facts.suppressed.map(({ id, reason }) => `${id} ${reason}`)).to.deep.equal([
      'A agreed; inSource, no reason given',
      'B suppressed, no reason given',
    ]);
    expect(facts.findings.map(({ id }) => id)).to.deep.equal(['C', 'D']);
  });

  it('is of another artifact when the only file that was analysed has another SHA-256', async () => {
    const target = (sha256: string) => ({ roles: ['analysisTarget'], hashes: { 'sha-256': sha256 } });
    expect(await absenceOf(givenSarif([], { artifacts: [target(OTHER)] }))).to.match(/is of another artifact/);
    const about = async (run: object) => {
      const { describes_artifact, remarks } = await factsOf(givenSarif([], run));
      return [describes_artifact, remarks[0]];
    };
    const notOne = 'the digests that it names are not of one file, so nothing ties it to this artifact';
    expect(await about({ artifacts: [target(OTHER), target('e'.repeat(64))] })).to.deep.equal([false, notOne]);
    expect(await about({ artifacts: [{ hashes: { 'sha-256': OTHER } }] })).to.deep.equal([false, notOne]);
    expect(await about({ artifacts: [], properties: { imageID: `sha256:${OTHER}` } })).to.deep.equal([
      false,
      'it is about a container image, whose digests are not those of a file',
    ]);
  });

  it('reads all runs as one', async () => {
    const [one] = givenSarif().runs;
    const [other] = givenSarif([sarifResult('Z')], {
      tool: { driver: { name: 'Cat', version: '1' } },
      invocations: [],
    }).runs;
    const facts = await factsOf({ version: '2.1.0', runs: [one, other] });
    expect(facts).to.include({ scanner: 'Watchdog, Cat', scanner_version: '4.2.0, 1' });
    expect(facts.findings.map(({ id }) => id)).to.deep.equal(['R1', 'Z']);
  });

  it('is refused when the scan failed, gave no list of results, or is of another version', async () => {
    expect(await absenceOf(givenSarif([], { invocations: [{ executionSuccessful: false }] }))).to.equal(
      'scan.json: says of itself that the scan did not succeed',
    );
    expect(await absenceOf(givenSarif([], { results: null }))).to.match(/\/runs\/0\/results must be array/);
    expect(await absenceOf({ ...givenSarif(), version: '2.0.0' })).to.match(/is SARIF 2\.0\.0; 2\.1\.0 is read/);
    expect(await absenceOf({ version: '2.1.0', runs: [] })).to.match(/\/runs must NOT have fewer than 1 items/);
  });
});
