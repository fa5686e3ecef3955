import {
  evidenceFromDocuments,
  parseJsonDocument,
  readJsonDocument,
  type EvidenceDocument,
  type EvidenceItem,
} from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, givenPackage, memoryArtifacts, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('a document of evidence', () => {
  it('is read as JSON, with the byte order mark that Windows writes', () => {
    expect(parseJsonDocument(Buffer.from('{"a":1}'))).to.deep.equal({ a: 1 });
    expect(parseJsonDocument(Buffer.from('\ufeff{"a":1}'))).to.deep.equal({ a: 1 });
    expect(parseJsonDocument(Buffer.from('\ufeff{"a":1}', 'utf16le'))).to.deep.equal({ a: 1 });
  });

  it('is refused for what it is not', () => {
    for (const [text, why] of [
      ['', 'is empty'],
      ['<bom/>', 'is XML; only JSON is read'],
      ['{"a":', 'is not JSON, or not all of it'],
      ['['.repeat(200_000), 'is nested more than 100 levels deep'],
      ['{"a":'.repeat(101), 'is nested more than 100 levels deep'],
    ] as const)
      expect(() => parseJsonDocument(Buffer.from(text)), text.slice(0, 9)).to.throw(why);
    expect(() => parseJsonDocument(Uint8Array.of(0x22, 0xff, 0x22))).to.throw('is not UTF-8');
  });

  it('counts no bracket in a text, and no quote behind a backslash', () => {
    const text = JSON.stringify({ a: '['.repeat(500), b: '"['.repeat(500), c: '\\' });
    expect(parseJsonDocument(Buffer.from(text))).to.have.property('c', '\\');
  });

  it('is not opened when it says itself that it is too large, and read no further when it did not', async () => {
    let opened = 0;
    const endless = {
      async open() {
        opened += 1;
        return (async function* () {
          for (;;) yield Buffer.alloc(1024 * 1024);
        })();
      },
    };
    const ctx = testContext({ artifacts: endless });
    const document = (size: number): EvidenceDocument => ({
      kind: 'scan',
      sha256: 'a'.repeat(64),
      size,
      fileName: 's.json',
    });
    const reason = (size: number) => readJsonDocument(ctx, document(size)).catch((cause: Error) => cause.message);
    expect(await reason(50_000_000)).to.equal('is larger than 20 MiB');
    expect(opened).to.equal(0);
    expect(await reason(1)).to.equal('is larger than 20 MiB');
  });
});

const artifacts = memoryArtifacts();
const documentOf = (text: string): EvidenceDocument => ({
  kind: 'scan',
  fileName: 'scan.json',
  ...artifacts.add(text),
});
const orderWith = (...documents: EvidenceDocument[]) => givenOrder({ package: givenPackage({ documents }) });
const provider = evidenceFromDocuments({
  kind: 'scan',
  read: async (ctx, document) => (await readJsonDocument(ctx, document)) as object,
});

describeEvidenceProvider('a provider made of documents', {
  start: () => ({ provider, ctx: testContext({ artifacts }) }),
  orders: {
    'a good one': orderWith(documentOf('{"a":1}')),
    'a bad one': orderWith(documentOf('{')),
    none: orderWith(),
  },
});

describe('a provider made of documents', () => {
  it('gives an item for each, and the reason for each that is none', async () => {
    const [good, bad] = [documentOf('{"a":1}'), documentOf('{')];
    const items: readonly EvidenceItem[] = await provider.collect(testContext({ artifacts }), orderWith(good, bad));
    expect(items).to.deep.equal([
      { kind: 'scan', provider: 'scan', facts: { a: 1 }, blob: good.sha256 },
      { kind: 'scan', provider: 'scan', absent: 'scan.json: is not JSON, or not all of it', blob: bad.sha256 },
    ]);
    expect(await provider.collect(testContext(), orderWith())).to.deep.equal([
      { kind: 'scan', provider: 'scan', absent: 'none came with the package' },
    ]);
  });
});
