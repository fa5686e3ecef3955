import { DOCUMENT_LIMITS } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { sbomEvidence } from '../src/index.js';
import { MAX_COMPONENTS } from '../src/facts.js';
import { absenceOf, factsOf, givenCycloneDx, givenDocument } from './given.js';

const TEXT = JSON.stringify(givenCycloneDx());

describe('a bill of materials that is not one', () => {
  it('is not opened when it is larger than 20 MiB', async () => {
    const { order } = givenDocument('{}');
    const large = { ...order.package.sbom!, size: 50_000_000 };
    const unopened = { open: () => Promise.reject(new Error('was opened')) };
    const [item] = await sbomEvidence().collect(testContext({ artifacts: unopened }), {
      ...order,
      package: { ...order.package, sbom: large },
    });
    expect(item!.absent).to.equal('bom.json: is larger than 20 MiB');
  });

  it('is read no further than 20 MiB when it is larger than it says', async () => {
    const { order } = givenDocument('{}');
    let given = 0;
    const endless = {
      async open() {
        const chunk = Buffer.alloc(1024 * 1024, ' ');
        return (async function* () {
          for (; ; given += chunk.length) yield chunk;
        })();
      },
    };
    const [item] = await sbomEvidence().collect(testContext({ artifacts: endless }), order);
    expect(item!.absent).to.equal('bom.json: is larger than 20 MiB');
    expect(given).to.equal(DOCUMENT_LIMITS.maxBytes);
  });

  it('may be nested a hundred levels deep, and no deeper', async () => {
    expect(await absenceOf('['.repeat(DOCUMENT_LIMITS.maxDepth) + ']'.repeat(DOCUMENT_LIMITS.maxDepth))).to.match(
      /neither CycloneDX nor SPDX/,
    );
    expect(await absenceOf('['.repeat(DOCUMENT_LIMITS.maxDepth + 1))).to.equal(
      'bom.json: is nested more than 100 levels deep',
    );
    expect(await absenceOf('{"a":'.repeat(1_000_000))).to.match(/nested more than/);
    const brackets = givenCycloneDx({ components: [{ type: 'library', name: `\\"${'['.repeat(500)}` }] });
    expect(await factsOf(brackets), 'brackets in a text are no levels').to.include({ components: 1 });
  });

  it('is text: byte order marks are honoured, and what cannot be decoded is refused', async () => {
    expect(await factsOf(Buffer.from(`\ufeff${TEXT}`))).to.include({ components: 3 });
    expect(await factsOf(Buffer.from(`\ufeff${TEXT}`, 'utf16le'))).to.include({ components: 3 });
    expect(await absenceOf(Buffer.from(TEXT, 'utf16le'))).to.equal('bom.json: is not JSON, or not all of it');
    expect(await absenceOf(Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16())).to.equal('bom.json: is not UTF-8');
    expect(await absenceOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')]))).to.match(
      /is not UTF-8/,
    );
  });

  it('is JSON: anything else is said by name where it has one', async () => {
    expect(await absenceOf('')).to.equal('bom.json: is empty');
    expect(await absenceOf('<?xml version="1.0"?><bom/>')).to.equal('bom.json: is XML; only JSON is read');
    expect(await absenceOf('SPDXVersion: SPDX-2.3')).to.equal('bom.json: is not JSON, or not all of it');
    expect(await absenceOf('null')).to.equal('bom.json: is neither CycloneDX nor SPDX');
  });

  it('has no more components than can be looked at', async () => {
    const components = Array.from({ length: MAX_COMPONENTS + 1 }, (_, index) => ({ type: 'file', name: `${index}` }));
    expect(await absenceOf(givenCycloneDx({ components }))).to.equal(
      'bom.json: lists 50001 components; 50000 are read at most',
    );
  });

  it('stops when the hub no longer waits', async () => {
    const { order, artifacts } = givenDocument(TEXT);
    const ctx = testContext({ artifacts, signal: AbortSignal.abort(new Error('no longer')) });
    const refusal = await sbomEvidence()
      .collect(ctx, order)
      .catch((cause: unknown) => cause);
    expect(refusal).to.be.an('error').with.property('message', 'no longer');
  });
});
