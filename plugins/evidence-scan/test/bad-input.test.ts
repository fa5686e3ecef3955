import { DOCUMENT_LIMITS } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { scanEvidence } from '../src/index.js';
import { MAX_FINDINGS } from '../src/facts.js';
import { absenceOf, factsOf, givenTrivy, givenDocument } from './given.js';

const TEXT = JSON.stringify(givenTrivy());

describe('a report that is not one', () => {
  it('is not opened when it is larger than 20 MiB', async () => {
    const { order } = givenDocument('{}');
    const documents = order.package.documents!.map((document) => ({ ...document, size: 50_000_000 }));
    const unopened = { open: () => Promise.reject(new Error('was opened')) };
    const [item] = await scanEvidence().collect(testContext({ artifacts: unopened }), {
      ...order,
      package: { ...order.package, documents },
    });
    expect(item!.absent).to.equal('scan.json: is larger than 20 MiB');
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
    const [item] = await scanEvidence().collect(testContext({ artifacts: endless }), order);
    expect(item!.absent).to.equal('scan.json: is larger than 20 MiB');
    expect(given).to.equal(DOCUMENT_LIMITS.maxBytes);
  });

  it('may be nested a hundred levels deep, and no deeper', async () => {
    expect(await absenceOf('['.repeat(DOCUMENT_LIMITS.maxDepth) + ']'.repeat(DOCUMENT_LIMITS.maxDepth))).to.match(
      /is no report of/,
    );
    expect(await absenceOf('['.repeat(DOCUMENT_LIMITS.maxDepth + 1))).to.equal(
      'scan.json: is nested more than 100 levels deep',
    );
    expect(await absenceOf('{"a":'.repeat(1_000_000))).to.match(/nested more than/);
    const brackets = givenTrivy({ note: `\\"${'['.repeat(500)}` });
    expect(await factsOf(brackets), 'brackets in a text are no levels').to.include({ scanner: 'trivy' });
  });

  it('is text: byte order marks are honoured, and what cannot be decoded is refused', async () => {
    expect(await factsOf(Buffer.from(`\ufeff${TEXT}`))).to.include({ scanner: 'trivy' });
    expect(await factsOf(Buffer.from(`\ufeff${TEXT}`, 'utf16le'))).to.include({ scanner: 'trivy' });
    expect(await absenceOf(Buffer.from(TEXT, 'utf16le'))).to.equal('scan.json: is not JSON, or not all of it');
    expect(await absenceOf(Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16())).to.equal('scan.json: is not UTF-8');
    expect(await absenceOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')]))).to.match(
      /is not UTF-8/,
    );
  });

  it('is JSON: anything else is said by name where it has one', async () => {
    expect(await absenceOf('')).to.equal('scan.json: is empty');
    expect(await absenceOf('<?xml version="1.0"?><bom/>')).to.equal('scan.json: is XML; only JSON is read');
    expect(await absenceOf('SPDXVersion: SPDX-2.3')).to.equal('scan.json: is not JSON, or not all of it');
    expect(await absenceOf('null')).to.equal('scan.json: is no report of Trivy or Grype, nor SARIF, nor CycloneDX');
  });

  it('has no more findings than can be looked at, because none may be left out', async () => {
    const Secrets = Array.from({ length: MAX_FINDINGS + 1 }, () => ({ RuleID: 'key' }));
    expect(await absenceOf(givenTrivy({ Results: [{ Target: 'a', Secrets }] }))).to.equal(
      'scan.json: has 20001 findings; 20000 are read at most',
    );
  });

  it('stops when the hub no longer waits', async () => {
    const { order, artifacts } = givenDocument(TEXT);
    const ctx = testContext({ artifacts, signal: AbortSignal.abort(new Error('no longer')) });
    const refusal = await scanEvidence()
      .collect(ctx, order)
      .catch((cause: unknown) => cause);
    expect(refusal).to.be.an('error').with.property('message', 'no longer');
  });
});
