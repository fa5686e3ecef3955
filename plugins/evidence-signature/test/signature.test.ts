import { renameSync } from 'node:fs';
import { factsOf } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { givenKeys } from './authority.js';
import {
  absence,
  ARTIFACT,
  DIGEST,
  givenDocuments,
  givenFile,
  givenProvider,
  pathInFolder,
  said,
  SIGNER,
} from './given.js';
import { givenSigstore, SIGNED_AT, WORKFLOW } from './sigstore-world.js';

const IN_TOTO = 'application/vnd.in-toto+json';
const world = givenSigstore();
const trustedRoot = givenFile(world.trustedRoot);
const trusting = { trustedRoot, signers: [SIGNER] };
const signature = (content: object | string | Uint8Array) => ({ kind: 'signature' as const, content });

const complete = givenDocuments([
  signature(world.signature(ARTIFACT)),
  signature(world.envelope(IN_TOTO, givenStatement())),
  signature('{'),
]);

describeEvidenceProvider('the signature provider', {
  start: async () => ({ provider: await givenProvider(trusting), ctx: complete.ctx }),
  orders: {
    'two signatures and a broken one': complete.order,
    'no document': givenOrder(),
    'documents that are not in the store': givenDocuments([signature('{ }')]).order,
  },
});

describe('a sigstore signature', () => {
  it('is verified when somebody on the list signed this very artifact', async () => {
    const { facts, blob } = await said(trusting, signature(world.signature(ARTIFACT)));
    expect(facts).to.deep.equal({
      type: 'sigstore',
      verdict: 'verified',
      signer: WORKFLOW.san,
      issuer: WORKFLOW.issuer,
      signed_at: SIGNED_AT.toISOString(),
      reference: '77',
    });
    expect(blob).to.match(/^[0-9a-f]{64}$/);
  });

  it('is read in bundles of each version', async () => {
    for (const version of ['0.1', '0.2', '0.3'] as const) {
      for (const bundle of [
        world.signature(ARTIFACT, { version }),
        world.envelope(IN_TOTO, givenStatement(), { version }),
      ])
        expect((await said(trusting, signature(bundle))).facts, version).to.include({ verdict: 'verified' });
    }
  });

  it('is verified over a statement that names the artifact among others', async () => {
    const statement = givenStatement({ subject: [subjectOf('a'.repeat(64)), subjectOf(DIGEST.toUpperCase())] });
    expect((await said(trusting, signature(world.envelope(IN_TOTO, statement)))).facts).to.include({
      type: 'sigstore',
      signer: WORKFLOW.san,
    });
  });

  it('counts in the items of the kind, as the gates will read it', async () => {
    const items = await (await givenProvider(trusting)).collect(complete.ctx, complete.order);
    expect(factsOf(items, 'signature').map(({ verdict }) => verdict)).to.deep.equal(['verified', 'verified']);
    expect(items[2]!.absent).to.equal('tool.signature.json: is not JSON, or not all of it');
  });

  it('proves nothing of another artifact', async () => {
    const other = Buffer.from('another artifact');
    expect(await absence(trusting, signature(world.signature(other)))).to.match(/is about another artifact/);
    const statement = givenStatement({ subject: [subjectOf('a'.repeat(64))] });
    expect(await absence(trusting, signature(world.envelope(IN_TOTO, statement)))).to.match(
      /is about another artifact/,
    );
    const nameless = givenStatement({ subject: [] });
    expect(await absence(trusting, signature(world.envelope(IN_TOTO, nameless)))).to.match(/is about another artifact/);
  });

  it('is checked over the bytes, and not over the digest that the bundle claims', async () => {
    const bundle = givenForgery();
    expect(await absence(trusting, signature(bundle))).to.match(/the signature is not over this artifact's bytes/);
  });

  it('proves nothing when any part of the bundle was changed', async () => {
    const forged: readonly [string, (bundle: ReturnType<typeof givenBundle>) => void][] = [
      ['signature', (bundle) => (bundle.messageSignature.signature = givenBundle().messageSignature.signature)],
      ['log time', ({ entry }) => (entry.integratedTime = String(Number(entry.integratedTime) + 1))],
      ['log index', ({ entry }) => (entry.logIndex = '78')],
      ['log', ({ entry }) => (entry.logId.keyId = Buffer.alloc(32).toString('base64'))],
      ['log body', ({ entry }) => (entry.canonicalizedBody = givenBundle().entry.canonicalizedBody)],
      ['proof', ({ entry }) => (entry.inclusionProof.hashes = [Buffer.alloc(32).toString('base64')])],
      ['checkpoint', ({ entry }) => (entry.inclusionProof.checkpoint = givenBundle().entry.inclusionProof.checkpoint)],
      [
        'certificate',
        (bundle) => (bundle.verificationMaterial.certificate = givenBundle().verificationMaterial.certificate),
      ],
      ['no log', (bundle) => (bundle.verificationMaterial.tlogEntries = [])],
    ];
    for (const [what, forge] of forged) {
      const bundle = givenBundle();
      forge(bundle);
      const { entry: _, ...content } = bundle;
      expect(await absence(trusting, signature(content)), what).to.match(/does not verify|not over this artifact/);
    }
  });

  it('proves nothing when the statement was changed after signing', async () => {
    const bundle = world.envelope(IN_TOTO, givenStatement({ subject: [subjectOf('a'.repeat(64))] }));
    const payload = Buffer.from(JSON.stringify(givenStatement())).toString('base64');
    const forged = { ...bundle, dsseEnvelope: { ...(bundle as unknown as Enveloped).dsseEnvelope, payload } };
    expect(await absence(trusting, signature(forged))).to.match(/does not verify: .*TLOG_BODY_ERROR/);
  });

  it('is refused when the envelope holds something that names no artifact', async () => {
    expect(await absence(trusting, signature(world.envelope('text/plain', { hello: 'world' })))).to.match(
      /signs "text\/plain", which names no artifact/,
    );
    expect(await absence(trusting, signature(world.envelope(IN_TOTO, { _type: 'other' })))).to.match(
      /is not an in-toto statement/,
    );
  });

  it('is refused when another digest than SHA-256 names the artifact', async () => {
    const { entry: _, ...bundle } = givenBundle();
    bundle.messageSignature.messageDigest.algorithm = 'SHA2_512';
    expect(await absence(trusting, signature(bundle))).to.match(/by another digest than SHA2_256/);
  });

  it('was made while the certificate was valid, by the time of the log', async () => {
    const late = { signedAt: new Date(WORKFLOW.until.getTime() + 1_000) };
    expect(await absence(trusting, signature(world.signature(ARTIFACT, late)))).to.match(/not valid or expired/);
  });

  it('is not verified by an authority that is not in the trusted root, or no longer', async () => {
    const foreign = { trustedRoot: givenFile(givenSigstore().trustedRoot), signers: [SIGNER] };
    expect(await absence(foreign, signature(world.signature(ARTIFACT)))).to.match(/does not verify/);
    const [authority] = world.trustedRoot.certificateAuthorities;
    const validFor = { start: '2020-01-01T00:00:00Z', end: '2025-01-01T00:00:00Z' };
    const expired = { ...world.trustedRoot, certificateAuthorities: [{ ...authority, validFor }] };
    expect(
      await absence({ trustedRoot: givenFile(expired), signers: [SIGNER] }, signature(world.signature(ARTIFACT))),
    ).to.match(/Failed to verify certificate chain/);
  });
});

describe('who may sign', () => {
  const signed = signature(world.signature(ARTIFACT));

  it('is nobody unless the configuration says who, and then the signer is named', async () => {
    expect(await absence({ trustedRoot }, signed)).to.equal(
      `tool.signature.json: is signed by "${WORKFLOW.san}" (issuer "${WORKFLOW.issuer}", source "${WORKFLOW.source}"), ` +
        'who is not among the signers for Example Tool',
    );
  });

  it('is told by issuer, name, source and package, all of them', async () => {
    const rules: readonly [object, boolean][] = [
      [{ ...SIGNER }, true],
      [{ ...SIGNER, package: 'Example *' }, true],
      [{ ...SIGNER, san: 'https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/*' }, true],
      [{ ...SIGNER, san: 'https://github.com/acme/**' }, true],
      [{ ...SIGNER, source: 'https://github.com/acme/*' }, true],
      [{ ...SIGNER, san: 'https://github.com/acme/*' }, false],
      [{ ...SIGNER, san: 'https://github.com/acme' }, false],
      [{ ...SIGNER, san: 'https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v2?0?0' }, false],
      [{ ...SIGNER, issuer: 'https://accounts.example' }, false],
      [{ ...SIGNER, package: 'Other' }, false],
      [{ ...SIGNER, source: 'https://github.com/other/*' }, false],
    ];
    for (const [rule, isRight] of rules) {
      const { facts } = await said({ trustedRoot, signers: [rule] }, signed);
      expect(facts !== undefined, JSON.stringify(rule)).to.equal(isRight);
    }
  });

  it('does not take a certificate that names no source for one of the right source', async () => {
    const bundle = world.signature(ARTIFACT, { identity: { source: undefined } });
    const settings = { trustedRoot, signers: [{ ...SIGNER, source: '**x' }] };
    expect(await absence(settings, signature(bundle))).to.match(/is not among the signers/);
  });

  it('may be a key, when the configuration has it for the package', async () => {
    const keys = givenKeys();
    const bundle = signature(world.signature(ARTIFACT, { key: { ...keys, hint: 'release-key' } }));
    const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' });
    const rule = { hint: 'release-key', publicKey };

    expect((await said({ trustedRoot, keys: [rule] }, bundle)).facts).to.deep.include({ signer: 'key release-key' });
    expect(await absence(trusting, bundle)).to.match(/the key "release-key", which is not among the keys/);
    expect(await absence({ trustedRoot, keys: [{ ...rule, package: 'Other' }] }, bundle)).to.match(
      /not among the keys/,
    );
    const another = givenKeys().publicKey.export({ type: 'spki', format: 'pem' });
    expect(await absence({ trustedRoot, keys: [{ ...rule, publicKey: another }] }, bundle)).to.match(
      /the signature is not over this artifact's bytes/,
    );
  });
});

describe('the trusted root', () => {
  const signed = signature(world.signature(ARTIFACT));

  it('has to be there: without one nothing is verified', async () => {
    expect(await absence({ signers: [SIGNER] }, signed)).to.match(/no trustedRoot is configured/);
    const missing = { trustedRoot: '/nowhere/trusted_root.json', signers: [SIGNER] };
    expect(await absence(missing, signed)).to.match(
      /the trusted root \/nowhere\/trusted_root.json is not usable: ENOENT/,
    );
  });

  it('has to be one', async () => {
    for (const content of ['{', '{}', '[]', 'null', '{"tlogs":[{}]}'])
      expect(await absence({ trustedRoot: givenFile(content), signers: [SIGNER] }, signed)).to.match(/is not usable/);
  });

  it('is read when it is first needed, looked for again while it is missing, and then kept', async () => {
    const path = pathInFolder('later.json');
    const provider = await givenProvider({ trustedRoot: path, signers: [SIGNER] });
    const { order, ctx } = givenDocuments([signed]);
    expect((await provider.collect(ctx, order))[0]!.absent).to.match(/ENOENT/);
    renameSync(givenFile(world.trustedRoot), path);
    expect((await provider.collect(ctx, order))[0]!.facts).to.include({ verdict: 'verified' });
    renameSync(path, `${path}.old`);
    expect((await provider.collect(ctx, order))[0]!.facts).to.include({ verdict: 'verified' });
  });
});

type Entry = ReturnType<typeof world.signature>['verificationMaterial']['tlogEntries'][number];

interface Enveloped {
  readonly dsseEnvelope: object;
}

function givenStatement(overrides: object = {}) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subjectOf(DIGEST)],
    predicateType: 'https://example.org/tested/v1',
    predicate: {},
    ...overrides,
  };
}

function subjectOf(sha256: string) {
  return { name: 'tool.exe', digest: { sha256 } };
}

/** With its log entry at hand. */
function givenBundle() {
  const bundle = structuredClone(world.signature(ARTIFACT)) as unknown as {
    verificationMaterial: { certificate: object; tlogEntries: Entry[] };
    messageSignature: { messageDigest: { algorithm: string }; signature: string };
  };
  return { ...bundle, entry: bundle.verificationMaterial.tlogEntries[0]! };
}

/** Logged and sealed for our artifact's digest, but made over other bytes. */
function givenForgery(): object {
  return world.signature(Buffer.from('another artifact'), { claims: ARTIFACT });
}
