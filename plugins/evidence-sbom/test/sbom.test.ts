import { factsOf as factsIn, type StandardSchema } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin, { sbomEvidence } from '../src/index.js';
import {
  absenceOf,
  ARTIFACT,
  collected,
  factsOf,
  givenCycloneDx,
  givenDocument,
  givenSpdx,
  givenSpdx3,
} from './given.js';

const OTHER = 'f'.repeat(64);
const GOOD = givenDocument(givenCycloneDx());

describeEvidenceProvider('the reader of bills of materials', {
  start: () => ({ provider: plugin.create({}, { id: 'sbom' }), ctx: testContext({ artifacts: GOOD.artifacts }) }),
  orders: {
    'a package with an SBOM': GOOD.order,
    'a package without one': givenOrder(),
    'an SBOM that is not in the store': givenDocument('{}').order,
  },
});

describe('a bill of materials in CycloneDX', () => {
  it('is read with its nested components, purls and licences, and is about the artifact', async () => {
    expect(await factsOf(givenCycloneDx())).to.deep.equal({
      format: 'cyclonedx',
      spec_version: '1.6',
      created_at: '2026-11-20T09:00:00.000Z',
      tools: ['syft 1.38.0'],
      components: 3,
      purls: ['pkg:generic/zlib@1.3.1', 'pkg:npm/left-pad@1.3.0'],
      licences: ['Example Licence', 'MIT OR Apache-2.0', 'Zlib'],
      unlicensed: 1,
      describes_artifact: true,
      remarks: ['licence that is no SPDX expression: Example Licence'],
    });
  });

  for (const specVersion of ['1.4', '1.5', '1.6', '1.7']) {
    it(`may be of version ${specVersion}`, async () => {
      const { spec_version, tools } = await factsOf({ ...givenOlder(), specVersion });
      expect({ spec_version, tools }).to.deep.equal({ spec_version: specVersion, tools: ['cdxgen 11'] });
    });
  }

  it('is refused in versions that current tools no longer write, or do not yet', async () => {
    for (const specVersion of ['1.2', '1.3', '2.0']) {
      expect(await absenceOf({ ...givenOlder(), specVersion })).to.equal(
        `bom.json: is CycloneDX ${specVersion}; 1.4 to 1.7 are read`,
      );
    }
    expect(await absenceOf({ bomFormat: 'CycloneDX' })).to.match(/CycloneDX of no version/);
  });

  it('is refused where it does not fit the official schema, with the place', async () => {
    expect(await absenceOf(givenCycloneDx({ components: [{ type: 'libary', name: 'x' }] }))).to.match(
      /^bom\.json: is not valid CycloneDX 1\.6: \/components\/0\/type must be equal to one of/,
    );
    expect(await absenceOf(givenCycloneDx({ colour: 'blue' }))).to.match(/additional properties \(colour\)$/);
  });

  it('is of another artifact when it names only another SHA-256', async () => {
    const subject = { type: 'application', name: 'x', hashes: [{ alg: 'SHA-256', content: OTHER }] };
    expect(await absenceOf(givenCycloneDx({ metadata: { component: subject } }))).to.equal(
      `bom.json: is of another artifact: it names SHA-256 ${OTHER}, and this one's is ${ARTIFACT.sha256}`,
    );
  });

  it('is about the artifact when that is one of several digests', async () => {
    const hashes = [OTHER, ARTIFACT.sha256].map((content) => ({ alg: 'SHA-256', content }));
    const component = { type: 'application', name: 'x', hashes };
    expect(await factsOf(givenCycloneDx({ metadata: { component } }))).to.include({ describes_artifact: true });
  });

  it('is not tied to the artifact when it names no SHA-256, and says so', async () => {
    const facts = await factsOf(givenCycloneDx({ metadata: {}, components: [] }));
    expect(facts).to.include({ describes_artifact: false, components: 0 }).and.not.to.have.property('created_at');
    expect(facts.remarks).to.deep.equal([
      'it names no SHA-256 of what it is about, so nothing ties it to this artifact',
      'it lists no component',
    ]);
  });

  it('may have purls, licences and ids that are not right: these are remarks', async () => {
    const component = (more: object) => ({ type: 'library', name: 'x', ...more });
    const { remarks, purls, licences } = await factsOf(
      givenCycloneDx({
        components: [
          component({ purl: 'npm/x', licenses: [{ license: { name: '(MIT' } }], 'bom-ref': 'a' }),
          component({ purl: `pkg:npm/${'x'.repeat(2_000)}`, components: [component({ 'bom-ref': 'b' })] }),
          component({ licenses: ['1', '2', '3', '4'].map((name) => ({ license: { name: `Private ${name}` } })) }),
          component({ 'bom-ref': 'a', version: '2' }),
        ],
      }),
    );
    expect(purls).to.deep.equal([]);
    expect(licences).to.have.lengthOf(6);
    expect(remarks[0]).to.match(/^malformed purl: npm\/x, pkg:npm\/x{92}…$/);
    expect(remarks.slice(1)).to.deep.equal([
      'licence that is no SPDX expression: (MIT, Example Licence, Private 1 and 3 more',
      'id given to more than one component: a',
    ]);
  });

  it('keeps the first thousand purls and licences, and counts all components', async () => {
    const components = Array.from({ length: 1_200 }, (_, index) => ({
      type: 'library',
      name: `x${index}`,
      purl: `pkg:npm/x${index}`,
      licenses: [{ expression: `LicenseRef-${index}` }],
    }));
    const facts = await factsOf(givenCycloneDx({ components }));
    expect(facts.components).to.equal(1_200);
    expect([facts.purls.length, facts.licences.length]).to.deep.equal([1_000, 1_000]);
    expect(facts.purls.slice(0, 3)).to.deep.equal(['pkg:npm/x0', 'pkg:npm/x1', 'pkg:npm/x10']);
    expect(facts.remarks).to.include('only the first 1000 of 1200 purls are kept');
  });
});

describe('a bill of materials in SPDX', () => {
  it('is read in 2.3, and is about the package that it describes', async () => {
    expect(await factsOf(givenSpdx())).to.deep.equal({
      format: 'spdx',
      spec_version: '2.3',
      created_at: '2026-11-20T09:00:00.000Z',
      tools: ['syft-1.38.0'],
      components: 2,
      purls: ['pkg:generic/zlib@1.3.1'],
      licences: ['LicenseRef-Example', 'Zlib'],
      unlicensed: 1,
      describes_artifact: true,
      remarks: [],
    });
  });

  it('may say by relationships what it describes, from either side', async () => {
    const [from, to] = ['SPDXRef-DOCUMENT', 'SPDXRef-tool'];
    for (const relationship of [
      { spdxElementId: from, relationshipType: 'DESCRIBES', relatedSpdxElement: to },
      { spdxElementId: to, relationshipType: 'DESCRIBED_BY', relatedSpdxElement: from },
    ]) {
      const facts = await factsOf(givenSpdx({ documentDescribes: [], relationships: [relationship] }));
      expect(facts).to.include({ describes_artifact: true, components: 2 });
    }
    expect(await factsOf(givenSpdx({ documentDescribes: [] }))).to.include({
      describes_artifact: false,
      components: 3,
    });
  });

  it('is of another artifact when what it describes has another SHA-256', async () => {
    const checksums = [{ algorithm: 'SHA256', checksumValue: OTHER }];
    const files = [{ SPDXID: 'SPDXRef-tool', fileName: './setup.exe', checksums }];
    expect(await absenceOf(givenSpdx({ packages: [], files }))).to.match(
      /is of another artifact: it names SHA-256 fff/,
    );
  });

  it('is refused where a part that is read has another shape, with the place', async () => {
    expect(await absenceOf(givenSpdx({ creationInfo: {} }))).to.match(/SPDX 2\.3: \/creationInfo must have required/);
    expect(await absenceOf(givenSpdx({ packages: [7] }))).to.match(/\/packages\/0 must be object/);
  });

  it('may leave the checksums of files out in 2.2 only', async () => {
    const bare = { files: [{ SPDXID: 'SPDXRef-file', fileName: './a.c' }] };
    expect(await absenceOf(givenSpdx(bare))).to.match(/\/files\/0 must have required property 'checksums'/);
    const facts = await factsOf(givenSpdx({ ...bare, spdxVersion: 'SPDX-2.2' }));
    expect(facts.spec_version).to.equal('2.2');
    expect(facts.remarks).to.deep.equal(['SPDX 2.2: only what is read of it was checked']);
  });

  it('is refused in other versions of old', async () => {
    expect(await absenceOf(givenSpdx({ spdxVersion: 'SPDX-2.1' }))).to.match(/is SPDX-2\.1; SPDX 2\.2, 2\.3 and 3\.0/);
    expect(await absenceOf(givenSpdx({ spdxVersion: 3 }))).to.match(/is SPDX of no version/);
  });

  it('is read in 3.0 as far as it is understood, and says so', async () => {
    expect(await factsOf(givenSpdx3())).to.deep.equal({
      format: 'spdx',
      spec_version: '3.0.1',
      created_at: '2026-11-20T09:00:00.000Z',
      tools: ['syft'],
      components: 2,
      purls: ['pkg:generic/zlib@1.3.1', 'pkg:npm/left-pad@1.3.0'],
      licences: ['Zlib'],
      unlicensed: 1,
      describes_artifact: true,
      remarks: ['SPDX 3.0 is read as far as it is understood, and is not validated'],
    });
    const { '@context': context } = givenSpdx3();
    expect(await factsOf({ '@context': [context], '@graph': [] })).to.include({ spec_version: '3.0.1', components: 0 });
  });
});

describe('the reader of bills of materials', () => {
  it('gives one item for each document, and lets gates read the facts by their kind', async () => {
    const { order, artifacts } = givenDocument(givenCycloneDx());
    const { sbom } = order.package;
    const bad = { ...ARTIFACT, kind: 'sbom', fileName: 'lost.json' } as const;
    const both = givenOrder({ package: givenPackage({ sbom, documents: [bad] }) });
    const items = await sbomEvidence().collect(testContext({ artifacts }), both);
    expect(items.map(({ blob, absent }) => [blob, absent])).to.deep.equal([
      [sbom!.sha256, undefined],
      [ARTIFACT.sha256, `lost.json: no artifact ${ARTIFACT.sha256} in memory`],
    ]);
    expect(factsIn(items, 'sbom').map(({ components }) => components)).to.deep.equal([3]);
  });

  it('keeps what a database would refuse out of the facts', async () => {
    const name = 'a\u0000b\nc\ud800d';
    const { licences } = await factsOf(
      givenCycloneDx({ components: [{ type: 'library', name, licenses: [{ license: { name } }] }] }),
    );
    expect(licences).to.include('a b c d');
    expect((await collected('[]', 'a\nb.json')).absent).to.equal('a b.json: is neither CycloneDX nor SPDX');
  });

  it('has nothing to configure, and refuses what somebody hopes for', async () => {
    const schema: StandardSchema<object> = plugin.config;
    expect(await schema['~standard'].validate({})).to.deep.equal({ value: {} });
    expect(await schema['~standard'].validate({ strict: true })).to.deep.equal({
      issues: [{ path: ['strict'], message: 'is not a setting of this plugin' }],
    });
    expect(await schema['~standard'].validate([])).to.deep.equal({ issues: [{ message: 'must be an object' }] });
  });
});

/** Of 1.4: tools still are a list. */
function givenOlder() {
  const metadata = { tools: [{ vendor: 'OWASP', name: 'cdxgen', version: '11' }, { vendor: 'nameless' }] };
  return givenCycloneDx({ metadata });
}
