import { untrusted } from '@eucora/sdk';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { readSpdx2 } from '../src/spdx-2.js';
import { absenceOf, factsOf as factsIn, givenSpdx } from './given.js';
import { mutated } from './mutated.js';

const FOLDER = fileURLToPath(new URL('../../../../shared/contracts/examples/evidence/', import.meta.url));
const SCHEMA = join(FOLDER, 'schemas', 'spdx-2.3.schema.json');

const READ = [Spec.Version.v1dot4, Spec.Version.v1dot5, Spec.Version.v1dot6, Spec.Version.v1dot7];
const NO_DIGEST = 'it names no SHA-256 of what it is about, so nothing ties it to this artifact';

/** Each document that a real tool wrote, and what must be seen in it. */
const REPLAYS: Readonly<Record<string, (text: string) => Promise<void>>> = {
  async 'cyclonedx-1.2-cern-lhc-vdm-editor.cdx.json'(text) {
    expect(await absenceOf(text)).to.equal('bom.json: is CycloneDX 1.2; 1.4 to 1.7 are read');
  },
  async 'cyclonedx-1.4-vex-cisa-case-2.cdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '1.4', created_at: '2022-03-03T00:00:00.000Z', components: 0 });
    expect(facts.remarks).to.deep.equal([NO_DIGEST, 'it lists no component']);
  },
  async 'cyclonedx-1.6-spec-valid-attestation.cdx.json'(text) {
    expect(await factsIn(text)).to.include({ spec_version: '1.6', components: 0 });
  },
  async 'cyclonedx-1.6-trivy-fluentd-short-with-vulns.cdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ components: 4, unlicensed: 3, describes_artifact: false });
    expect(facts.purls).to.include('pkg:deb/debian/bash@5.0-4?distro=debian-10.2').and.to.have.lengthOf(3);
    expect([facts.licences, facts.tools]).to.deep.equal([['MIT'], ['trivy dev']]);
  },
  'cyclonedx-1.6-trivy-pom-with-vulns.cdx.json': (text) => expectPom(text, '1.6'),
  'cyclonedx-1.7-trivy-pom-with-vulns.cdx.json': (text) => expectPom(text, '1.7'),
  async 'cyclonedx-1.7-grype-image-with-vulns.cdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '1.7', created_at: '2026-03-19T15:34:26.000Z', components: 2 });
    expect([facts.purls, facts.licences]).to.deep.equal([['pkg:deb/package-2@2.2.2'], ['Apache-2.0', 'MIT']]);
  },
  async 'spdx-2.2-syft-alpine-3.10.spdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '2.2', created_at: '2022-01-20T21:40:24.439Z', components: 3 });
    expect([facts.tools, facts.licences]).to.deep.equal([['syft-[not provided]'], ['GPL-2.0', 'OpenSSL']]);
    expect(facts.purls[0]).to.equal('pkg:apk/alpine/busybox@1.30.1-r5?arch=x86_64&distro=alpine-3.10.9');
    expect(await absenceOf(text.replace('SPDX-2.2', 'SPDX-2.3'))).to.match(/required property 'checksums'/);
  },
  async 'spdx-2.3-examplemaven.spdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '2.3', components: 5, unlicensed: 4, describes_artifact: false });
    expect([facts.licences, facts.remarks]).to.deep.equal([['Apache-2.0', 'CPL-1.0'], [NO_DIGEST]]);
  },
  async 'spdx-2.3-trivy-conda.spdx.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '2.3', components: 2, unlicensed: 0 });
    expect(facts.purls).to.deep.equal(['pkg:conda/openssl@1.1.1q', 'pkg:conda/pip@22.2.2']);
  },
  async 'spdx-3.0-examplemaven-enriched.spdx3.json'(text) {
    const facts = await factsIn(text);
    expect(facts).to.include({ spec_version: '3.0.1', created_at: '2024-11-18T10:22:12.000Z', components: 5 });
    expect([facts.tools, facts.licences]).to.deep.equal([
      ['Parlay', 'spdx-maven-plugin'],
      ['Apache-2.0', 'CPL-1.0'],
    ]);
    expect(facts.remarks[0]).to.match(/^SPDX 3\.0 is read as far as/);
  },
};

describe('bills of materials that real tools wrote', () => {
  const names = namesOfExamples();

  for (const name of names) {
    it(`${name} is read as the facts say`, async () => {
      expect(REPLAYS[name], `there is no replay of ${name}`).to.be.a('function');
      await REPLAYS[name]!(readExample(name));
    });
  }

  for (const name of names.filter((one) => one.startsWith('cyclonedx'))) {
    it(`${name} gets the verdict of the CycloneDX library`, async () => {
      const text = readExample(name);
      const version = READ.find((one) => text.includes(`"specVersion": "${one}"`));
      const mistakes = version && (await new Validation.JsonStrictValidator(version).validate(text));
      expect(mistakes === null).to.equal((await absenceOf(text)) === undefined);
    });
  }

  for (const name of names.filter((one) => one.startsWith('spdx-2'))) {
    it(`${name} gets the verdict of the schema of SPDX 2.3`, async () => {
      const document = JSON.parse(readExample(name)) as object;
      const as23 = { ...document, spdxVersion: 'SPDX-2.3' };
      expect(refusalOf(as23) === undefined).to.equal(officialSchema()(as23));
    });
  }

  if (names.length > 0) {
    it('are never refused in SPDX 2.3 where the official schema accepts them', () => {
      const valid = officialSchema();
      const verdicts = { accepted: 0, refused: 0 };
      expect(valid(givenSpdx()), JSON.stringify(valid.errors)).to.equal(true);
      fc.assert(
        fc.property(mutated(givenSpdx()), (document) => {
          if (document.spdxVersion !== 'SPDX-2.3') return;
          const isValid = valid(document);
          verdicts[isValid ? 'accepted' : 'refused']++;
          if (isValid) expect(refusalOf(document)).to.equal(undefined);
        }),
        { seed: 4, numRuns: 500 },
      );
      expect(verdicts.accepted, JSON.stringify(verdicts)).to.be.greaterThan(20);
      expect(verdicts.refused, JSON.stringify(verdicts)).to.be.greaterThan(100);
    });
  }
});

/** Names of the stored documents, where they are at hand. Their absence is said once, aloud. */
function namesOfExamples(): readonly string[] {
  if (existsSync(FOLDER)) return readdirSync(FOLDER).filter((name) => /^(cyclonedx|spdx)-/.test(name));
  console.warn(`\n  ATTENTION: no examples in ${FOLDER}; they are NOT replayed\n`);
  return [];
}

function readExample(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

async function expectPom(text: string, version: string): Promise<void> {
  const facts = await factsIn(text);
  expect(facts).to.include({ format: 'cyclonedx', spec_version: version, components: 3, unlicensed: 3 });
  expect(facts.purls).to.deep.equal([
    'pkg:maven/com.example/log4shell@1.0-SNAPSHOT',
    'pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.1',
  ]);
}

function officialSchema() {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as object;
  return new Ajv({ strict: false, formats: { uri: formats.default.get('uri') } }).compile(schema);
}

function refusalOf(document: object): unknown {
  try {
    readSpdx2(untrusted.fields(document));
    return undefined;
  } catch (cause) {
    return cause;
  }
}
