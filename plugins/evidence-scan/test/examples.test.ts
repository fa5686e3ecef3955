import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '@eucora/sdk';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { absenceOf, factsOf, givenSarif } from './given.js';

const FOLDER = fileURLToPath(new URL('../../../../shared/contracts/examples/evidence/', import.meta.url));
const IMAGE = 'it is about a container image, whose digests are not those of a file';
const NO_DATABASE = "it does not say how old the scanner's knowledge was";

/** Each report that a real tool wrote, and what must be seen in it. */
const REPLAYS: Readonly<Record<string, (text: string) => Promise<void>>> = {
  async 'cyclonedx-1.2-cern-lhc-vdm-editor.cdx.json'(text) {
    expect(await absenceOf(text)).to.equal('scan.json: is CycloneDX 1.2; 1.4 to 1.7 are read');
  },
  async 'cyclonedx-1.4-vex-cisa-case-2.cdx.json'(text) {
    const { findings, suppressed } = await factsOf(text);
    expect(findings).to.deep.equal([]);
    expect(suppressed).to.have.lengthOf(19);
    expect(suppressed[0]).to.include({ id: 'CVE-2020-11896', component: 'ABC', version: '4.2' });
    expect(suppressed[0]!.reason).to.match(/^not_affected: code_not_reachable: This version of Product ABC is not/);
  },
  async 'cyclonedx-1.6-spec-valid-attestation.cdx.json'(text) {
    expect(await absenceOf(text)).to.match(/without vulnerabilities: no scan$/);
  },
  async 'cyclonedx-1.6-trivy-fluentd-short-with-vulns.cdx.json'(text) {
    const { findings, remarks, scanner } = await factsOf(text);
    expect(scanner).to.equal('trivy');
    expect(linesOf(findings)).to.deep.equal([
      'critical CVE-2019-18224 pkg:deb/debian/libidn2-0@2.0.5-1?distro=debian-10.2',
      'high CVE-2020-8165 pkg:gem/activesupport@6.0.2.1',
      'low CVE-2019-18276 pkg:deb/debian/bash@5.0-4?distro=debian-10.2',
    ]);
    expect(remarks).to.deep.equal([IMAGE, NO_DATABASE]);
  },
  'cyclonedx-1.6-trivy-pom-with-vulns.cdx.json': expectPom,
  'cyclonedx-1.7-trivy-pom-with-vulns.cdx.json': expectPom,
  async 'cyclonedx-1.7-grype-image-with-vulns.cdx.json'(text) {
    const { findings, scanned_at } = await factsOf(text);
    expect(scanned_at).to.equal('2026-03-19T15:34:26.000Z');
    expect(linesOf(findings)).to.deep.equal([
      'critical CVE-1999-0002 pkg:deb/package-2@2.2.2',
      'low CVE-1999-0001 package-1',
    ]);
  },
  async 'grype-chainguard-ruby.json'(text) {
    const facts = await factsOf(text);
    expect(facts).to.include({
      scanner: 'grype',
      scanner_version: '0.61.1',
      scanned_at: '2023-05-18T01:00:56.783Z',
      database_at: '2023-05-17T01:32:43.000Z',
    });
    expect(linesOf(facts.findings)).to.deep.equal([
      'high CVE-2023-28755 pkg:apk/wolfi/ruby-3.0@3.0.4-r1?arch=aarch64&distro=wolfi-20221118',
      'high CVE-2023-28755 pkg:gem/uri@0.10.1',
      'high GHSA-hv5j-3h9f-99c2 pkg:gem/uri@0.10.1',
    ]);
    expect(facts.findings.map(({ fixed_in }) => fixed_in)).to.deep.equal(['3.0.6-r0', undefined, '0.10.2']);
    expect(facts.remarks).to.deep.equal([IMAGE]);
  },
  async 'grype-ghsa.json'(text) {
    const facts = await factsOf(text);
    expect(facts.database_at).to.equal('2023-08-31T01:24:19.000Z');
    expect(facts.counts).to.include({ medium: 2, high: 0 });
  },
  async 'grype-v6-era-image-simple.json'(text) {
    const { findings, remarks } = await factsOf(text);
    expect(findings).to.deep.equal([
      { id: 'CVE-1999-0002', severity: 'critical', component: 'pkg:deb/package-2@2.2.2', version: '2.2.2' },
      {
        id: 'CVE-1999-0001',
        severity: 'low',
        component: 'package-1',
        version: '1.1.1',
        fixed_in: '1.2.1, 2.1.3, 3.4.0',
      },
    ]);
    expect(remarks).to.deep.equal([IMAGE, 'it does not say when the scan was made', NO_DATABASE]);
  },
  async 'sarif-2.1.0-trivy-alpine-310.sarif.json'(text) {
    const { findings, remarks } = await factsOf(text);
    expect(findings).to.have.lengthOf(4);
    expect(findings[0]).to.deep.equal({
      id: 'CVE-2019-1549',
      severity: 'medium',
      component: 'libcrypto1.1',
      version: '1.1.1c-r0',
      fixed_in: '1.1.1d-r0',
    });
    expect(remarks[0]).to.equal(IMAGE);
    expect(sarifSchema()(JSON.parse(text)), 'the official schema').to.equal(true);
    expect(sarifSchema()(givenSarif()), 'the official schema, of our own fixture').to.equal(true);
  },
  async 'trivy-image-alpine-310.json'(text) {
    const facts = await factsOf(text);
    expect(facts).to.include({ scanner: 'trivy', scanner_version: 'dev', scanned_at: '2021-08-25T12:20:30.000Z' });
    expect(linesOf(facts.findings)).to.deep.equal([
      'medium CVE-2019-1549 pkg:apk/alpine/libcrypto1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2',
      'medium CVE-2019-1549 pkg:apk/alpine/libssl1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2',
      'medium CVE-2019-1551 pkg:apk/alpine/libcrypto1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2',
      'medium CVE-2019-1551 pkg:apk/alpine/libssl1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2',
    ]);
    expect(facts.remarks).to.deep.equal([IMAGE, NO_DATABASE]);
  },
  async 'trivy-image-alpine-distroless.json'(text) {
    const { findings } = await factsOf(text);
    expect(linesOf(findings)).to.deep.equal([
      'medium CVE-2022-24765 pkg:apk/alpine/git@2.35.1-r2?arch=x86_64&distro=3.16',
    ]);
  },
  /** What VEX ruled out is not in this report at all: Trivy lists it only with `--show-suppressed`. */
  async 'trivy-repo-gomod-vex-suppressed.json'(text) {
    const { findings, suppressed, counts } = await factsOf(text);
    expect(counts.unknown).to.equal(findings.length).and.to.equal(2);
    expect(findings.map(({ id }) => id)).to.deep.equal(['CVE-2021-38561', 'GMS-2022-20']);
    expect(suppressed).to.deep.equal([]);
  },
};

describe('reports that real tools wrote', () => {
  for (const name of namesOfExamples()) {
    it(`${name} is read as the facts say`, async () => {
      expect(REPLAYS[name], `there is no replay of ${name}`).to.be.a('function');
      await REPLAYS[name]!(readFileSync(join(FOLDER, name), 'utf8'));
    });
  }
});

/** Names of the stored reports, where they are at hand. Their absence is said once, aloud. */
function namesOfExamples(): readonly string[] {
  if (existsSync(FOLDER)) return readdirSync(FOLDER).filter((name) => /^(cyclonedx|grype|sarif|trivy)-/.test(name));
  console.warn(`\n  ATTENTION: no examples in ${FOLDER}; they are NOT replayed\n`);
  return [];
}

function linesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, id, component }) => `${severity} ${id} ${component}`);
}

async function expectPom(text: string): Promise<void> {
  const { findings, remarks } = await factsOf(text);
  const jackson = 'pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.1';
  expect(linesOf(findings)).to.deep.equal([`critical CVE-2020-9548 ${jackson}`, `high CVE-2021-20190 ${jackson}`]);
  expect(remarks[0]).to.match(/^it names no SHA-256/);
}

/** It is written in draft 04, of which only the name of `$id` is another. */
function sarifSchema() {
  const text = readFileSync(join(FOLDER, 'schemas', 'sarif-2.1.0.schema.json'), 'utf8');
  const { $schema: _draft, id, ...schema } = JSON.parse(text) as Record<string, unknown>;
  return new Ajv({ strict: false, validateFormats: false }).compile({ $id: String(id), ...schema });
}
