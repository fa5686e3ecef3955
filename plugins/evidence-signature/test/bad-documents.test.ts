import { expect } from 'chai';
import fc from 'fast-check';
import { matches } from '../src/glob.js';
import {
  absence,
  ARTIFACT,
  complaints,
  givenDocuments,
  givenFile,
  givenProvider,
  said,
  SIGNER,
  type Given,
} from './given.js';
import { givenSigstore } from './sigstore-world.js';

const world = givenSigstore();
const settings = { trustedRoot: givenFile(world.trustedRoot), signers: [SIGNER] };
const KINDS = ['signature', 'provenance', 'notarization', 'authenticode'] as const;

describe('a document that cannot be right', () => {
  it('is an absence that names the file, whatever it holds', async () => {
    const contents = ['', '{', 'null', '7', '[]', '{}', '"x"', Buffer.from([0xc3, 0x28]), Buffer.from([0xff, 0xfe, 0])];
    for (const kind of KINDS)
      for (const content of contents)
        expect(await absence(settings, { kind, content, fileName: 'odd.json' })).to.match(/^odd\.json: .+/);
  });

  it('is refused by its size before it is opened', async () => {
    const { order, ctx } = givenDocuments([{ kind: 'signature', content: '{}' }]);
    const [document] = order.package.documents!;
    const large = { ...order, package: { ...order.package, documents: [{ ...document!, size: 50 * 1024 * 1024 }] } };
    const closed = { ...ctx, artifacts: { open: async () => Promise.reject(new Error('opened')) } };
    const [item] = await (await givenProvider(settings)).collect(closed, large);
    expect(item!.absent).to.equal('tool.signature.json: is larger than 20 MiB');
  });

  it('is let go of as soon as it turns out larger than it was said to be', async () => {
    const { order, ctx } = givenDocuments([{ kind: 'signature', content: '{}' }]);
    let handedOut = 0;
    async function* endless() {
      for (;;) yield Buffer.alloc(1024 * 1024, ++handedOut);
    }
    const items = await (
      await givenProvider(settings)
    ).collect({ ...ctx, artifacts: { open: async () => endless() } }, order);
    expect(items[0]!.absent).to.match(/is larger than 20 MiB/);
    expect(handedOut).to.equal(21);
  });

  it('may be nested as deep as it likes', async () => {
    for (const content of ['['.repeat(5_000_000), '{"a":'.repeat(1_000_000), `${'['.repeat(101)}${']'.repeat(101)}`])
      expect(await absence(settings, { kind: 'signature', content })).to.match(/is nested more than 100 levels deep/);
    const brackets = JSON.stringify({ jobId: '[[['.repeat(100), quote: '\\"[[[' });
    expect(await absence(settings, { kind: 'notarization', content: brackets })).to.match(/is not a notarytool log/);
  });

  it('may hide a deep statement in its envelope', async () => {
    const deep = Buffer.from('['.repeat(100_000)).toString('base64');
    const bundle = world.envelope('application/vnd.in-toto+json', {}) as unknown as { dsseEnvelope: object };
    const content = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: deep } };
    expect(await absence(settings, { kind: 'signature', content })).to.match(/is nested more than 100 levels deep/);
  });

  it('may be a bundle with anything in any place', async () => {
    const values = fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.constant([]), fc.constant({}));
    const honest = world.signature(ARTIFACT);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(honest)), values, async (path, value) => {
        const content = replaced(honest, path, value);
        const { facts, absent } = await said(settings, { kind: 'signature', content });
        expect(facts === undefined || isHarmless(path), `${path.join('.')} = ${JSON.stringify(value)}`).to.be.true;
        if (!facts) expect(absent).to.match(/^tool\.signature\.json: \S[^\n]*$/);
      }),
      { seed: 20261121, numRuns: 400 },
    );
  });

  it('may be of a bundle version that nobody knows yet', async () => {
    const content = { ...world.signature(ARTIFACT), mediaType: 'application/vnd.dev.sigstore.bundle.v0.9+json' };
    expect(await absence(settings, { kind: 'signature', content })).to.match(/is not a sigstore bundle of 0.1 to 0.3/);
  });

  it('may try to keep the verifier busy', async () => {
    const many = givenEntries((entry) => Array.from({ length: 17 }, () => entry));
    expect(await absence(settings, many)).to.match(/too many log entries/);
    const long = givenEntries((entry) => [{ ...entry, logIndex: '9'.repeat(1_000) }]);
    expect(await absence(settings, long)).to.match(/a log index is no number/);
    const proof = givenEntries((entry) => [withProof(entry, { hashes: Array.from({ length: 65 }, () => 'AA==') })]);
    expect(await absence(settings, proof)).to.match(/an inclusion proof is too long/);
    const checkpoint = givenEntries((entry) => [withProof(entry, { checkpoint: { envelope: 'x'.repeat(20_000) } })]);
    expect(await absence(settings, checkpoint)).to.match(/a checkpoint is too long/);
    const pattern = givenEntries((entry) => {
      const { envelope } = entry.inclusionProof.checkpoint;
      return [
        withProof(entry, { checkpoint: { envelope: envelope.replace('\u2014 log.example', '\u2014 (.|.|.|.)*!') } }),
      ];
    });
    expect(await absence(settings, pattern)).to.match(/a checkpoint has a signer that is no host name/);
    const certificate = { rawBytes: Buffer.alloc(70_000).toString('base64') };
    const honest = world.signature(ARTIFACT);
    const swollen = { ...honest, verificationMaterial: { ...honest.verificationMaterial, certificate } };
    expect(await absence(settings, { kind: 'signature', content: swollen })).to.match(/is too large/);
    const chain = world.signature(ARTIFACT, { version: '0.1' });
    const x509CertificateChain = { certificates: Array.from({ length: 40 }, () => certificate) };
    const chained = { ...chain, verificationMaterial: { ...chain.verificationMaterial, x509CertificateChain } };
    expect(await absence(settings, { kind: 'signature', content: chained })).to.match(/too many certificates/);
  });

  it('does not keep the others from being read', async () => {
    const { order, ctx } = givenDocuments([
      { kind: 'signature', content: '{', fileName: 'broken.json' },
      { kind: 'signature', content: world.signature(ARTIFACT) },
    ]);
    const items = await (await givenProvider(settings)).collect(ctx, order);
    expect(items.map(({ facts }) => facts !== undefined)).to.deep.equal([false, true]);
  });

  it('stops the reading when the hub stops waiting', async () => {
    const { order, ctx } = givenDocuments([{ kind: 'signature', content: world.signature(ARTIFACT) }]);
    const stopped = { ...ctx, signal: AbortSignal.abort(new Error('no longer waited for')) };
    const provider = await givenProvider(settings);
    const failure: unknown = await provider.collect(stopped, order).catch((cause: unknown) => cause);
    expect(failure).to.be.an('error').with.property('message', 'no longer waited for');
  });
});

describe('the configuration', () => {
  it('may be empty: then only what others verified is recorded', async () => {
    expect(await complaints({})).to.deep.equal([]);
  });

  it('is refused with every mistake and its place', async () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
    const given = {
      trustedRoot: '',
      signers: [{ issuer: 'github', san: '' }, { ...SIGNER, colour: 'red' }, 7],
      keys: [
        { hint: 'a', publicKey: 'env:KEY' },
        { hint: 'b', publicKey: pem },
      ],
      builders: [''],
      trust: true,
    };
    const places = (await complaints(given)).map((complaint) => complaint.split(':')[0]);
    expect([...new Set(places)].sort()).to.deep.equal([
      'builders',
      'keys.0.publicKey',
      'keys.1.publicKey',
      'signers.0.issuer',
      'signers.0.san',
      'signers.1.colour',
      'signers.2',
      'trust',
      'trustedRoot',
    ]);
    expect(await complaints({ signers: null, keys: 'x' })).to.not.be.empty;
  });
});

describe('a pattern', () => {
  it('is itself, when it has no star', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        const plain = pattern.replaceAll('*', '');
        return matches(plain, text) === (plain === text);
      }),
      { seed: 20261121 },
    );
  });

  it('lets a star stand for anything within a part of a path, and two for anything', () => {
    expect(matches('a/*/c', 'a/b/c')).to.be.true;
    expect(matches('a/*/c', 'a/b/b/c')).to.be.false;
    expect(matches('a/**/c', 'a/b/b/c')).to.be.true;
    expect(matches('*', '')).to.be.true;
    expect(matches('**', 'a/b')).to.be.true;
    expect(matches('*b*', 'abc')).to.be.true;
    expect(matches('*@1', '@scope/x@1')).to.be.false;
    expect(matches('a*', 'ba')).to.be.false;
  });

  it('takes its time from its length, and not from how it is made', () => {
    expect(matches('*a'.repeat(200), `${'a'.repeat(5_000)}b`)).to.be.false;
  });
});

type Entry = ReturnType<typeof world.signature>['verificationMaterial']['tlogEntries'][number];

function givenEntries(change: (entry: Entry) => readonly object[]): Given {
  const bundle = world.signature(ARTIFACT);
  const tlogEntries = change(bundle.verificationMaterial.tlogEntries[0]!);
  const content = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } };
  return { kind: 'signature', content };
}

function withProof(entry: Entry, changes: object): object {
  return { ...entry, inclusionProof: { ...entry.inclusionProof, ...changes } };
}

function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...above]];
  const below = Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...above, name]));
  return above.length > 0 ? [[...above], ...below] : below;
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): object {
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name!] = rest.length > 0 ? replaced(copy[name!], rest, by) : by;
  return copy;
}

/** What the log's signed checkpoint says again, and what counts. */
function isHarmless(path: readonly string[]): boolean {
  return path.includes('rootHash') || path.includes('treeSize');
}
