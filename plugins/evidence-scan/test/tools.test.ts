import { expect } from 'chai';
import { absenceOf, ARTIFACT, factsOf, givenCycloneDx, givenGrype, givenTrivy } from './given.js';

const OTHER = 'f'.repeat(64);
const ZLIB = { component: 'pkg:generic/zlib@1.2.0', version: '1.2.0' };

describe('a report of Trivy', () => {
  it('is read with vulnerabilities, misconfigurations, secrets and what was suppressed', async () => {
    expect(await factsOf(givenTrivy())).to.deep.equal({
      scanner: 'trivy',
      scanner_version: '0.74.0',
      scanned_at: '2026-11-20T09:00:00.000Z',
      database_at: '2026-11-20T00:31:00.500Z',
      counts: { critical: 2, high: 2, medium: 1, low: 0, negligible: 0, unknown: 0 },
      findings: [
        { id: 'CVE-2026-0001', severity: 'critical', ...ZLIB },
        { id: 'github-pat', severity: 'critical', component: 'Dockerfile' },
        { id: 'CVE-2026-0002', severity: 'high', ...ZLIB, fixed_in: '1.3.1' },
        { id: 'CVE-2026-0004', severity: 'high', ...ZLIB, fixed_in: '1.3.1' },
        { id: 'AVD-DS-0002', severity: 'medium', component: 'Dockerfile' },
      ],
      suppressed: [
        {
          id: 'CVE-2026-0003',
          severity: 'high',
          ...ZLIB,
          fixed_in: '1.3.1',
          reason: 'not_affected: vulnerable_code_not_present: vex.json',
        },
        { id: 'aws-key', severity: 'high', component: 'lib/zlib.dll', reason: 'ignored' },
        { id: 'AVD-DS-0003', severity: 'low', component: 'Dockerfile', reason: 'exception' },
      ],
      describes_artifact: true,
      remarks: ['findings about licences are not counted: 1'],
    });
  });

  it('never gives away the secret that was found', async () => {
    expect(JSON.stringify(await factsOf(givenTrivy()))).not.to.match(/ghp_SECRET|AKIA-SECRET/);
  });

  it('is of another artifact when the file is named by another SHA-256', async () => {
    expect(await absenceOf(givenTrivy({ ArtifactName: `${OTHER}.msi` }))).to.equal(
      `scan.json: is of another artifact: it names SHA-256 ${OTHER}, and this one's is ${ARTIFACT.sha256}`,
    );
    expect(await absenceOf(givenTrivy({ ArtifactName: 'a', Metadata: { Digest: `sha256:${OTHER}` } }))).to.match(
      /of another artifact/,
    );
  });

  it('is not tied to the artifact by the name of a file, an image or a repository', async () => {
    const about = async (report: object) => {
      const { describes_artifact, remarks } = await factsOf(givenTrivy({ Results: [], ...report }));
      return [describes_artifact, remarks[1]];
    };
    const nothing = 'it names no SHA-256 of what was scanned, so nothing ties it to this artifact';
    expect(await about({ ArtifactName: ARTIFACT.fileName })).to.deep.equal([false, nothing]);
    expect(await about({ ArtifactName: `x@sha256:${OTHER}`, ArtifactType: 'container_image' })).to.deep.equal([
      false,
      'it is about a container image, whose digests are not those of a file',
    ]);
    expect(await about({ ArtifactName: OTHER, ArtifactType: 'repository' })).to.deep.equal([
      false,
      'the digests that it names are not of one file, so nothing ties it to this artifact',
    ]);
  });

  it('says what it does not know', async () => {
    const { remarks, ...facts } = await factsOf({ SchemaVersion: 2, ArtifactName: ARTIFACT.sha256, Results: null });
    expect(facts).not.to.have.any.keys('scanner_version', 'scanned_at', 'database_at');
    expect(remarks).to.deep.equal([
      'it has no results: Trivy found nothing to look at',
      'it does not say when the scan was made',
      "it does not say how old the scanner's knowledge was",
    ]);
  });

  it('is refused in another shape', async () => {
    expect(await absenceOf({ SchemaVersion: 1 })).to.match(/is a report of Trivy of a SchemaVersion other than 2/);
    expect(await absenceOf(givenTrivy({ Results: [{ Target: 't', Vulnerabilities: [{ PkgName: 'x' }] }] }))).to.match(
      /^scan\.json: is not a valid report of Trivy: \/Results\/0\/Vulnerabilities\/0 must have .*'VulnerabilityID'/,
    );
  });
});

describe('a report of Grype', () => {
  it('is read with the age of its database and the reasons of what was ignored', async () => {
    const suppressed = { severity: 'high', ...ZLIB, fixed_in: '1.3.1, 1.2.13' };
    expect(await factsOf(givenGrype())).to.deep.equal({
      scanner: 'grype',
      scanner_version: '0.104.0',
      scanned_at: '2026-11-20T10:00:00.000Z',
      database_at: '2026-11-19T02:00:00.000Z',
      counts: { critical: 0, high: 0, medium: 1, low: 0, negligible: 1, unknown: 0 },
      findings: [
        {
          id: 'GHSA-aaaa-bbbb-cccc',
          severity: 'medium',
          component: 'left-pad',
          version: '1.3.0',
          fixed_in: '1.3.1, 1.2.13',
        },
        { id: 'CVE-2026-0005', severity: 'negligible', ...ZLIB, fixed_in: '1.3.1, 1.2.13' },
      ],
      suppressed: [
        {
          id: 'CVE-2026-0006',
          ...suppressed,
          reason: 'vex: not_affected: component_not_present; agreed with security: fix-state wont-fix',
        },
        { id: 'CVE-2026-0007', ...suppressed, reason: 'ignore rule for CVE-2026-0007, no reason given' },
        { id: 'CVE-2026-0008', ...suppressed, reason: 'no reason given' },
      ],
      describes_artifact: true,
      remarks: [],
    });
  });

  it('is of another artifact when the file is named by another SHA-256', async () => {
    expect(await absenceOf(givenGrype({ source: { type: 'file', target: `/x/${OTHER}` } }))).to.match(
      /is of another artifact: it names SHA-256 ffff/,
    );
    const target = { path: 'tool.exe', digests: [{ algorithm: 'sha256', value: OTHER }] };
    expect(await absenceOf(givenGrype({ source: { type: 'file', target } }))).to.match(/of another artifact/);
  });

  it('is not tied to the artifact by the digests of an image, nor by a package URL', async () => {
    const { remarks } = await factsOf(
      givenGrype({ source: { type: 'image', target: { imageID: `sha256:${OTHER}` } } }),
    );
    expect(remarks).to.deep.equal(['it is about a container image, whose digests are not those of a file']);
    expect(await factsOf(givenGrype({ source: { type: 'purl', target: 'pkg:npm/x@1' } }))).to.include({
      describes_artifact: false,
    });
  });

  it('says when its database is not valid', async () => {
    const { descriptor } = givenGrype();
    const { remarks } = await factsOf(givenGrype({ descriptor: { ...descriptor, db: { status: { valid: false } } } }));
    expect(remarks[0]).to.equal('Grype says of its database that it is not valid');
  });

  it('is refused in another shape', async () => {
    expect(await absenceOf(givenGrype({ matches: null }))).to.match(/valid report of Grype: \/matches must be array/);
    expect(await absenceOf(givenGrype({ matches: [{ vulnerability: {} }] }))).to.match(/must have required property/);
  });
});

describe('a CycloneDX document with vulnerabilities', () => {
  it('is read with the components that they are in, and what its analysis rules out', async () => {
    expect(await factsOf(givenCycloneDx())).to.deep.equal({
      scanner: 'depscan',
      scanner_version: '6.0',
      scanned_at: '2026-11-20T10:00:00.000Z',
      counts: { critical: 1, high: 2, medium: 1, low: 0, negligible: 0, unknown: 1 },
      findings: [
        { id: 'CVE-2026-0011', severity: 'critical' },
        { id: 'CVE-2026-0009', severity: 'high', component: 'pkg:npm/pad@1', version: '1' },
        { id: 'CVE-2026-0009', severity: 'high', component: 'zlib' },
        { id: 'CVE-2026-0010', severity: 'medium', component: 'elsewhere', version: '7' },
        { id: 'CVE-2026-0013', severity: 'unknown', component: 'zlib' },
      ],
      suppressed: [
        { id: 'CVE-2026-0012', severity: 'high', component: 'zlib', reason: 'false_positive: another zlib' },
      ],
      describes_artifact: true,
      remarks: ["it does not say how old the scanner's knowledge was"],
    });
  });

  it('is of another artifact when it names only another SHA-256, unless it is of an image', async () => {
    const about = (type: string) =>
      givenCycloneDx({ metadata: { component: { type, name: 'x', hashes: [{ alg: 'SHA-256', content: OTHER }] } } });
    expect(await absenceOf(about('application'))).to.match(/is of another artifact/);
    expect(await factsOf(about('container'))).to.include({ describes_artifact: false, scanner: 'unknown' });
  });

  it('is no scan without vulnerabilities, and may be none with an empty list', async () => {
    expect(await absenceOf(givenCycloneDx({ vulnerabilities: undefined }))).to.match(
      /without vulnerabilities: no scan/,
    );
    const { remarks } = await factsOf(givenCycloneDx({ vulnerabilities: [] }));
    expect(remarks[0]).to.equal('it names no vulnerability; one that was never scanned looks the same');
  });

  it('is refused in other versions and shapes', async () => {
    expect(await absenceOf(givenCycloneDx({ specVersion: '1.3' }))).to.match(
      /is CycloneDX 1\.3; 1\.4 to 1\.7 are read/,
    );
    expect(await absenceOf(givenCycloneDx({ vulnerabilities: [{}] }))).to.match(/\/vulnerabilities\/0 must have/);
  });
});
