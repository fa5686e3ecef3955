import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { absence, DIGEST, said, type Given } from './given.js';

const FOLDER = fileURLToPath(new URL('../../../../shared/contracts/examples/evidence/', import.meta.url));
const OURS = /^(sigstore|slsa|apple|authenticode)-/;

const ISSUER = 'https://token.actions.githubusercontent.com';
const BEACON =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const GENERATOR = 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/*@refs/tags/v*';

const settings = {
  trustedRoot: join(FOLDER, 'sigstore-trusted-root-public-good.json'),
  signers: [
    { issuer: ISSUER, san: BEACON },
    { issuer: ISSUER, san: GENERATOR, source: 'https://github.com/slsa-framework/example-package' },
  ],
  builders: ['https://github.com/slsa-framework/**'],
};

/** Each file with what is said of it; those that others are checked with are named with them. */
const REPLAYS: Readonly<Record<string, () => Promise<void>>> = {
  async 'sigstore-bundle-v0.3-message-signature.sigstore.json'() {
    const artifact = read('sigstore-bundle-v0.3-message-signature.artifact.txt');
    const bundle = document('signature', 'sigstore-bundle-v0.3-message-signature.sigstore.json');
    expect((await said(settings, bundle, artifact)).facts).to.deep.equal({
      type: 'sigstore',
      verdict: 'verified',
      signer: BEACON,
      issuer: ISSUER,
      signed_at: '2024-03-19T17:26:26.000Z',
      reference: '79571823',
    });
    expect(await absence(settings, bundle)).to.match(/is about another artifact/);
    expect(await absence({ ...settings, signers: [] }, bundle, artifact)).to.match(/beacon.*is not among the signers/);
  },

  async 'sigstore-bundle-v0.3-dsse-intoto.sigstore.json'() {
    const artifact = read('sigstore-bundle-v0.3-message-signature.artifact.txt');
    const bundle = document('signature', 'sigstore-bundle-v0.3-dsse-intoto.sigstore.json');
    expect((await said(settings, bundle, artifact)).facts).to.include({ verdict: 'verified', reference: '155690850' });
    expect(await absence(settings, bundle)).to.match(/is about another artifact/);
    expect(
      (await said({ ...settings, builders: ['**'] }, { ...bundle, kind: 'provenance' }, artifact)).facts,
    ).to.include({
      builder: 'https://github.com/loosebazooka/aa-test/.github/workflows/provenance.yaml@refs/heads/main',
    });
  },

  async 'sigstore-bundle-NEGATIVE-dsse-invalid-sig.sigstore.json'() {
    const artifact = read('sigstore-bundle-v0.3-message-signature.artifact.txt');
    const bundle = document('signature', 'sigstore-bundle-NEGATIVE-dsse-invalid-sig.sigstore.json');
    expect(await absence(settings, bundle, artifact)).to.match(/does not verify: .*TLOG_BODY_ERROR/);
  },

  async 'slsa-provenance-v1-gha-delegator.sigstore.json'() {
    const artifact = read('slsa-provenance-v1-gha-delegator.artifact.bin');
    const bundle = document('provenance', 'slsa-provenance-v1-gha-delegator.sigstore.json');
    expect((await said(settings, bundle, artifact)).facts).to.deep.equal({
      type: 'slsa_provenance',
      verdict: 'verified',
      signer:
        'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/tags/v2.1.0',
      issuer: ISSUER,
      signed_at: '2025-02-25T21:12:10.000Z',
      reference: '174298159',
      builder:
        'https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml@refs/tags/v2.1.0',
      source:
        'git+https://github.com/slsa-framework/example-package@refs/tags/v14.2 gitCommit:4d329c75e7ec1725f7c9ce917a8799d408d06be3',
    });
    expect(await absence(settings, bundle)).to.match(/is about another artifact/);
    const foreign = [{ issuer: ISSUER, san: GENERATOR, source: 'https://github.com/acme/*' }];
    expect(await absence({ ...settings, signers: foreign }, bundle, artifact)).to.match(/is not among the signers/);
  },

  /** Without its envelope a statement is a claim. */
  async 'slsa-provenance-v1-gha-delegator.intoto-statement.json'() {
    const artifact = read('slsa-provenance-v1-gha-delegator.artifact.bin');
    const statement = document('provenance', 'slsa-provenance-v1-gha-delegator.intoto-statement.json');
    expect(await absence(settings, statement, artifact)).to.match(/is not a sigstore bundle/);
  },

  async 'sigstore-trusted-root-public-good.json'() {
    const root = document('signature', 'sigstore-trusted-root-public-good.json');
    expect(await absence(settings, root)).to.match(/is not a sigstore bundle/);
  },

  /** The files that these are about are not at hand: what is replayed is that they are read, and tied to their digests. */
  async 'apple-notarytool-log-accepted.json'() {
    const log = document('notarization', 'apple-notarytool-log-accepted.json');
    expect(await absence(settings, log)).to.match(/is about another artifact \(sha256 "0a9336cfb/);
    expect((await said(settings, about(log, 'sha256'))).facts).to.deep.equal({
      type: 'apple_notarization',
      verdict: 'recorded',
      issuer: 'Apple notary service',
      signed_at: '2026-10-02T01:29:45.611Z',
      reference: '90a8e507-358a-47f6-97d9-7b9a31f573b5',
    });
  },

  async 'authenticode-metadata.constructed.json'() {
    const report = document('authenticode', 'authenticode-metadata.constructed.json');
    expect(await absence(settings, report)).to.match(/is about another artifact \(sha256 "9F86D081/);
    expect((await said(settings, about(report, 'FileHash', 'Hash'))).facts).to.deep.equal({
      type: 'authenticode',
      verdict: 'recorded',
      signer: 'CN="Contoso Ltd.", O="Contoso Ltd.", L=Redmond, S=Washington, C=US',
      issuer: 'CN=DigiCert Trusted G4 Code Signing RSA4096 SHA384 2021 CA1, O="DigiCert, Inc.", C=US',
      reference: '3F2A9C0D5E7B1846A0C3D9E8F7B6A5948372615F',
    });
  },

  async 'sigstore-bundle-v0.3-message-signature.artifact.txt'() {},
  async 'slsa-provenance-v1-gha-delegator.artifact.bin'() {},
};

const names = exampleNames();

describe('what real tools wrote', () => {
  for (const name of names)
    it(name, async () => {
      const replay = REPLAYS[name];
      if (!replay) throw new Error(`${name} has no replay`);
      await replay();
    });

  it('has no replay of a file that is not there', () => {
    if (names.length > 0) expect(Object.keys(REPLAYS).filter((name) => !names.includes(name))).to.deep.equal([]);
  });
});

/** Their absence is said once, aloud. */
function exampleNames(): readonly string[] {
  if (existsSync(FOLDER)) return readdirSync(FOLDER).filter((name) => OURS.test(name));
  console.warn(`\n  ATTENTION: no examples in ${FOLDER}; real bundles are NOT replayed\n`);
  return [];
}

function read(name: string): Buffer {
  return readFileSync(join(FOLDER, name));
}

function document(kind: Given['kind'], name: string): Given {
  return { kind, content: read(name), fileName: name };
}

/** The same document about the artifact of the tests. */
function about({ content, ...rest }: Given, ...path: readonly string[]): Given {
  const text = Buffer.from(content as Uint8Array).toString('utf8');
  const digest = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], JSON.parse(text));
  return { ...rest, content: text.replace(String(digest), DIGEST) };
}
