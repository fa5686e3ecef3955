import { untrusted } from '@eucora/sdk';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect } from 'chai';
import fc from 'fast-check';
import { readCycloneDx } from '../src/cyclonedx.js';
import { collected, givenCycloneDx, givenSpdx, givenSpdx3 } from './given.js';
import { mutated } from './mutated.js';

const RUNS = { seed: 4, numRuns: 150 };
const DOCUMENTS = { CycloneDX: givenCycloneDx(), 'SPDX 2.3': givenSpdx(), 'SPDX 3.0': givenSpdx3() };

describe('a damaged bill of materials', () => {
  for (const [format, document] of Object.entries(DOCUMENTS)) {
    const bytes = Buffer.from(JSON.stringify(document));

    it(`is an absence wherever it is cut: ${format}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect((await collected(bytes.subarray(0, length))).absent).to.match(/is empty|not all of it/);
        }),
        RUNS,
      );
    });

    it(`gives facts or a reason, whatever byte is changed: ${format}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          await expectOneAnswer(changed);
        }),
        RUNS,
      );
    });

    it(`gives facts or a reason, whatever a value is replaced by: ${format}`, async () => {
      await fc.assert(fc.asyncProperty(mutated(document), expectOneAnswer), RUNS);
    });
  }

  it('gives a reason for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await collected(JSON.stringify(value))).absent).to.match(/neither CycloneDX nor SPDX/);
      }),
      RUNS,
    );
  });
});

describe('our verdict on CycloneDX', () => {
  it("is that of the CycloneDX library's strict validator", async () => {
    const verdicts = { valid: 0, invalid: 0 };
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    await fc.assert(
      fc.asyncProperty(mutated(givenCycloneDx()), async (document) => {
        const mistakes = document.specVersion === '1.6' && (await validator.validate(JSON.stringify(document)));
        if (mistakes === false || document.bomFormat !== 'CycloneDX') return;
        const refusal = await readCycloneDx(untrusted.fields(document)).then(
          () => undefined,
          (cause: unknown) => cause,
        );
        verdicts[mistakes ? 'invalid' : 'valid']++;
        expect(refusal !== undefined, JSON.stringify(mistakes)).to.equal(mistakes !== null);
      }),
      { seed: 4, numRuns: 400 },
    );
    expect(verdicts.valid, JSON.stringify(verdicts)).to.be.greaterThan(20);
    expect(verdicts.invalid, JSON.stringify(verdicts)).to.be.greaterThan(100);
  });
});

async function expectOneAnswer(content: unknown): Promise<void> {
  const { facts, absent } = await collected(content);
  expect((facts === undefined) !== (absent === undefined)).to.equal(true);
  expect(absent ?? 'bom.json: ').to.match(/^bom\.json: /);
}
