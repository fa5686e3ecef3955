import { describeIssue, EucoraError, type Artifacts } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin, { testsEvidence } from '../src/index.js';
import { givenReports, itemsFor } from './given.js';

const GOOD = '<testsuite name="unit"><testcase name="starts"/></testsuite>';

const whole = givenReports({ content: GOOD }, { content: 'nonsense' });

describeEvidenceProvider('the evidence of tests', {
  start: () => ({ provider: testsEvidence, ctx: whole.ctx }),
  orders: {
    'a package with a good and a bad report': whole.order,
    'a package without one': givenOrder(),
    'a report that is not in the store': givenReports({ content: '<testsuite/>' }).order,
  },
});

describe('the evidence of tests', () => {
  it('is an item for every report, in their order, with the report behind it', async () => {
    const items = await itemsFor(
      { content: GOOD, fileName: 'unit.xml' },
      { content: 'nonsense', fileName: 'broken.xml' },
      { content: '<testsuite><testcase><failure/></testcase></testsuite>', fileName: 'more.xml' },
    );
    expect(items[0]).to.deep.equal({
      kind: 'tests',
      provider: 'tests',
      facts: { suites: 1, tests: 1, passed: 1, failed: 0, skipped: 0, failures: [] },
      blob: givenReports({ content: GOOD }).order.package.documents![0]!.sha256,
    });
    expect(items[1]?.absent).to.match(/^broken\.xml: it is not well-formed XML/);
    expect(items[2]?.facts).to.include({ failed: 1 });
  });

  it('is one absence when no report came', async () => {
    expect(await itemsFor()).to.deep.equal([
      { kind: 'tests', provider: 'tests', absent: 'none came with the package' },
    ]);
  });

  it('is absent when the report is not in the store', async () => {
    const { order } = givenReports({ content: GOOD });
    const [item] = await testsEvidence.collect(testContext(), order);
    expect(item?.absent).to.match(/^report\.xml: no artifact /);
  });

  it('is not read at all when the report says that it is too large, and not to its end when it hides that', async () => {
    const { order } = givenReports({ content: GOOD });
    const [document] = order.package.documents!;
    let read = 0;
    const endless: Artifacts = {
      open: async () =>
        (async function* () {
          for (;;) {
            read += 1;
            yield Buffer.alloc(1024 * 1024, ' ');
          }
        })(),
    };
    const ctx = testContext({ artifacts: endless });
    const said = { ...order, package: { ...order.package, documents: [{ ...document!, size: 50 * 1024 * 1024 }] } };
    expect((await testsEvidence.collect(ctx, said))[0]?.absent).to.equal('report.xml: is larger than 10 MiB');
    expect(read).to.equal(0);
    expect((await testsEvidence.collect(ctx, order))[0]?.absent).to.equal('report.xml: is larger than 10 MiB');
    expect(read).to.equal(11);
  });

  it('leaves a store that is away to the hub, and stops when nobody waits any more', async () => {
    const { order, ctx } = givenReports({ content: GOOD });
    const outcomeOf = (artifacts: Artifacts, signal?: AbortSignal) =>
      testsEvidence.collect(testContext({ artifacts, signal }), order).then(
        () => 'an answer',
        (cause: Error) => cause.message,
      );
    const away = new EucoraError('STORAGE_UNAVAILABLE', { what: 'the disk is away' });
    expect(await outcomeOf({ open: () => Promise.reject(away) })).to.equal('the disk is away');
    expect(await outcomeOf(ctx.artifacts, AbortSignal.abort(new Error('too late')))).to.equal('too late');
  });

  it('has no settings, and says so', async () => {
    const complaints = async (config: unknown) =>
      ((await plugin.config['~standard'].validate(config)).issues ?? []).map(describeIssue);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ colour: 1 })).to.deep.equal(['colour: is not a setting of this plugin']);
    expect(await complaints([])).to.deep.equal(['must be an object']);
    expect(plugin.create({}, { id: 'any' })).to.equal(testsEvidence);
  });
});
