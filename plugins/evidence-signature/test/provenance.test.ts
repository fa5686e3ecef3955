import { expect } from 'chai';
import { absence, ARTIFACT, DIGEST, givenFile, said, SIGNER } from './given.js';
import { givenSigstore, SIGNED_AT, WORKFLOW } from './sigstore-world.js';

const BUILDER = 'https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v2.0.0';
const COMMIT = 'c0ffee00'.repeat(5);
const SOURCE = 'git+https://github.com/acme/tool@refs/tags/v2.0.0';

const world = givenSigstore();
const settings = { trustedRoot: givenFile(world.trustedRoot), signers: [SIGNER], builders: [BUILDER] };

describe('SLSA provenance', () => {
  it('says who built the artifact, and from what', async () => {
    expect((await said(settings, givenProvenance())).facts).to.deep.equal({
      type: 'slsa_provenance',
      verdict: 'verified',
      signer: WORKFLOW.san,
      issuer: WORKFLOW.issuer,
      signed_at: SIGNED_AT.toISOString(),
      reference: '77',
      builder: BUILDER,
      source: `${SOURCE} gitCommit:${COMMIT}`,
    });
  });

  it('may stand in a statement of the version before', async () => {
    const old = givenProvenance({ _type: 'https://in-toto.io/Statement/v0.1' });
    expect((await said(settings, old)).facts).to.include({ type: 'slsa_provenance', verdict: 'verified' });
  });

  it('may name no source, or one that is not a repository', async () => {
    const without = (await said(settings, givenProvenance({}, []))).facts;
    expect(without).to.include({ builder: BUILDER }).and.not.have.property('source');
    const archive = { uri: 'https://example.org/tool.tar.gz', digest: { sha256: 'a'.repeat(64) } };
    expect((await said(settings, givenProvenance({}, [archive, 7, null]))).facts).to.include({
      source: `${archive.uri} sha256:${'a'.repeat(64)}`,
    });
    expect((await said(settings, givenProvenance({}, [{ uri: SOURCE }]))).facts).to.include({ source: SOURCE });
  });

  it('counts only from builders on the list, and says which one it names', async () => {
    const reason = `tool.provenance.json: names the builder "${BUILDER}", which is not among the builders`;
    expect(await absence({ ...settings, builders: [] }, givenProvenance())).to.equal(reason);
    expect(await absence({ ...settings, builders: ['https://github.com/acme/*'] }, givenProvenance())).to.equal(reason);
    const wide = { ...settings, builders: ['https://github.com/acme/**'] };
    expect((await said(wide, givenProvenance())).facts).to.include({ verdict: 'verified' });
  });

  it('has to be signed by somebody on the list of signers', async () => {
    expect(await absence({ ...settings, signers: [] }, givenProvenance())).to.match(/is not among the signers/);
  });

  it('has to be about this artifact', async () => {
    const other = givenProvenance({ subject: [{ name: 'tool.exe', digest: { sha256: 'b'.repeat(64) } }] });
    expect(await absence(settings, other)).to.match(/is about another artifact \(sha256 "b{64}"\)/);
    const longer = givenProvenance({ subject: [{ name: 'tool.exe', digest: { sha512: 'b'.repeat(128) } }] });
    expect(await absence(settings, longer)).to.match(/is about another artifact/);
  });

  it('has to be SLSA provenance of version 1, with a builder', async () => {
    expect(await absence(settings, givenProvenance({ predicateType: 'https://slsa.dev/provenance/v0.2' }))).to.match(
      /is not SLSA provenance of version 1: "https:\/\/slsa.dev\/provenance\/v0.2"/,
    );
    expect(await absence(settings, givenProvenance({ predicate: {} }))).to.match(/names no builder/);
    const bare = { kind: 'provenance' as const, content: world.signature(ARTIFACT) };
    expect(await absence(settings, bare)).to.match(/is a signature over the artifact and not provenance/);
  });
});

function givenProvenance(
  overrides: object = {},
  resolvedDependencies: readonly unknown[] = [{ uri: SOURCE, digest: { gitCommit: COMMIT } }],
) {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'tool.exe', digest: { sha256: DIGEST } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: { resolvedDependencies }, runDetails: { builder: { id: BUILDER } } },
    ...overrides,
  };
  return { kind: 'provenance' as const, content: world.envelope('application/vnd.in-toto+json', statement) };
}
