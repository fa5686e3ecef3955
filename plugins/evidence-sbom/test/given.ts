import type { Artifacts, EvidenceItem, Order, SbomFacts } from '@eucora/sdk';
import { givenOrder, givenPackage, memoryArtifacts, testContext } from '@eucora/sdk/testing';
import { sbomEvidence } from '../src/index.js';

/** The artifact that every document here is held against. */
export const ARTIFACT = givenPackage().artifact;

/** A CycloneDX document that is right in every way. */
export const givenCycloneDx = (overrides: object = {}) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    timestamp: '2026-11-20T10:00:00+01:00',
    tools: { components: [{ type: 'application', name: 'syft', version: '1.38.0' }] },
    component: {
      type: 'application',
      'bom-ref': 'tool',
      name: 'Example Tool',
      version: '2.0.0',
      hashes: [{ alg: 'SHA-256', content: ARTIFACT.sha256 }],
      licenses: [{ license: { name: 'Example Licence' } }],
    },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'zlib',
      name: 'zlib',
      version: '1.3.1',
      purl: 'pkg:generic/zlib@1.3.1',
      licenses: [{ license: { id: 'Zlib' } }],
      components: [{ type: 'file', name: 'inflate.c', licenses: [{ expression: 'MIT OR Apache-2.0' }] }],
    },
    { type: 'library', 'bom-ref': 'left-pad', name: 'left-pad', version: '1.3.0', purl: 'pkg:NPM/left-pad@1.3.0' },
  ],
  ...overrides,
});

/** The same in SPDX 2.3. */
export const givenSpdx = (overrides: object = {}) => ({
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  dataLicense: 'CC0-1.0',
  name: 'example-tool',
  documentNamespace: 'https://example.org/example-tool-2.0.0',
  creationInfo: { created: '2026-11-20T09:00:00Z', creators: ['Tool: syft-1.38.0', 'Organization: Example Org'] },
  documentDescribes: ['SPDXRef-tool'],
  packages: [
    {
      SPDXID: 'SPDXRef-tool',
      name: 'Example Tool',
      downloadLocation: 'NOASSERTION',
      licenseDeclared: 'LicenseRef-Example',
      checksums: [
        { algorithm: 'SHA1', checksumValue: 'a'.repeat(40) },
        { algorithm: 'SHA256', checksumValue: ARTIFACT.sha256.toUpperCase() },
      ],
    },
    {
      SPDXID: 'SPDXRef-zlib',
      name: 'zlib',
      downloadLocation: 'NONE',
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'Zlib',
      externalRefs: [
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: 'cpe:2.3:a:zlib:zlib:1.3.1' },
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:generic/zlib@1.3.1' },
      ],
    },
    { SPDXID: 'SPDXRef-pad', name: 'left-pad', downloadLocation: 'NONE', licenseConcluded: 'NONE' },
  ],
  files: [
    { SPDXID: 'SPDXRef-file', fileName: './a.c', checksums: [{ algorithm: 'SHA1', checksumValue: 'b'.repeat(40) }] },
  ],
  relationships: [
    { spdxElementId: 'SPDXRef-tool', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'SPDXRef-zlib' },
  ],
  ...overrides,
});

/** And in SPDX 3.0, as far as that goes. */
export const givenSpdx3 = (overrides: object = {}) => ({
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    { '@id': '_:c', type: 'CreationInfo', specVersion: '3.0.1', created: '2026-11-20T09:00:00Z' },
    { spdxId: 'urn:doc', type: 'SpdxDocument', rootElement: ['urn:sbom'] },
    { spdxId: 'urn:sbom', type: 'software_Sbom', rootElement: ['urn:tool'] },
    { spdxId: 'urn:syft', type: 'Tool', name: 'syft' },
    { spdxId: 'urn:tool', type: 'software_Package', name: 'Example Tool' },
    { spdxId: 'urn:zlib', type: 'software_Package', name: 'zlib', software_packageUrl: 'pkg:generic/zlib@1.3.1' },
    {
      spdxId: 'urn:pad',
      type: 'software_Package',
      name: 'left-pad',
      externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/left-pad@1.3.0' }],
    },
    {
      spdxId: 'urn:file',
      type: 'software_File',
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: ARTIFACT.sha256 }],
    },
    { spdxId: 'urn:l', type: 'simplelicensing_LicenseExpression', simplelicensing_licenseExpression: 'Zlib' },
    { type: 'Relationship', from: 'urn:tool', relationshipType: 'hasDistributionArtifact', to: ['urn:file'] },
    { type: 'Relationship', from: 'urn:zlib', relationshipType: 'hasDeclaredLicense', to: ['urn:l'] },
  ],
  ...overrides,
});

/** What the provider makes of these bytes, or of this value as JSON. */
export async function collected(content: unknown, fileName = 'bom.json'): Promise<EvidenceItem> {
  const { order, artifacts } = givenDocument(content, fileName);
  const [item, ...more] = await sbomEvidence().collect(testContext({ artifacts }), order);
  if (!item || more.length > 0) throw new Error(`one document gave ${more.length + (item ? 1 : 0)} items`);
  return item;
}

export async function factsOf(content: unknown): Promise<SbomFacts> {
  const { facts, absent } = await collected(content);
  if (!facts) throw new Error(`no facts: ${absent}`);
  return facts as unknown as SbomFacts;
}

/** Why there are no facts. */
export const absenceOf = async (content: unknown): Promise<string | undefined> => (await collected(content)).absent;

export function givenDocument(content: unknown, fileName = 'bom.json'): { order: Order; artifacts: Artifacts } {
  const artifacts = memoryArtifacts();
  const bytes = content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
  const sbom = { ...artifacts.add(bytes), fileName };
  return { order: givenOrder({ package: givenPackage({ sbom }) }), artifacts };
}
