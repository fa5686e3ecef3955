import { expect } from 'chai';
import { complaintAbout, factsOfReport } from './given.js';

describe('the figures of a report', () => {
  it('come from its test cases, also when its attributes tell of less', async () => {
    const report =
      '<testsuite tests="1" failures="0" errors="0" skipped="9"><testcase/><testcase><failure/></testcase></testsuite>';
    expect(await factsOfReport(report)).to.include({ tests: 2, passed: 1, failed: 1, skipped: 0 });
  });

  it('are not believed when its attributes tell of more: cases are missing', async () => {
    expect(await complaintAbout('<testsuite name="unit" tests="3"><testcase/><testcase/></testsuite>')).to.equal(
      'report.xml: it is not whole: suite "unit" tells of 3 tests, and 2 are in it',
    );
    expect(
      await complaintAbout('<testsuite failures="1" errors="1"><testcase><error/></testcase></testsuite>'),
    ).to.equal('report.xml: it is not whole: suite "without a name" tells of 2 failed tests, and 1 are in it');
    const inner =
      '<testsuites><testsuite name="a" tests="2"><testcase/></testsuite><testsuite name="b"><testcase/></testsuite></testsuites>';
    expect(await complaintAbout(inner)).to.include('suite "a" tells of 2 tests, and 1 are in it');
    const crashed = '<testsuites tests="1" errors="1"><testsuite name="a" tests="0" errors="1"/></testsuites>';
    expect(await complaintAbout(crashed)).to.include('it is not whole');
  });

  it('leave nothing that failed unseen, wherever it stands', async () => {
    const around = '<testsuite name="s"><testcase name="t"/><error message="the set-up failed"/></testsuite>';
    expect((await factsOfReport(around)).failures).to.deep.equal(['s › outside of its tests']);
    const both = '<testsuite><testcase name="t"><skipped/><failure/></testcase></testsuite>';
    expect(await factsOfReport(both)).to.include({ failed: 1, skipped: 0 });
    const wrapped = '<testsuite><testcase name="t"><details><failure/></details></testcase></testsuite>';
    expect(await factsOfReport(wrapped)).to.include({ failed: 1 });
    const nested =
      '<testsuite name="s"><testcase name="t"><testcase name="u"><failure/></testcase><testsuite name="v"><testcase name="w"/></testsuite></testcase></testsuite>';
    expect(await factsOfReport(nested)).to.include({ tests: 3, failed: 2 });
  });

  it('name the first hundred that failed, and no name without end', async () => {
    const cases = Array.from({ length: 150 }, (_, index) => `<testcase name="t${index}"><failure/></testcase>`).join(
      '',
    );
    const { failures, failed } = await factsOfReport(`<testsuite name="s">${cases}</testsuite>`);
    expect(failed).to.equal(150);
    expect(failures).to.have.lengthOf(100);
    expect(failures[99]).to.equal('s › t99');
    const long = await factsOfReport(
      `<testsuite><testcase name="${'x'.repeat(5_000)}"><failure/></testcase></testsuite>`,
    );
    expect(long.failures[0]).to.have.lengthOf(301);
  });

  it('spell names as they are meant', async () => {
    const name = 'a &lt;b&gt; &amp;amp; &quot;c&quot; &apos;&#100;&#x65;&apos; &copy; &#x110000;';
    const { failures } = await factsOfReport(`<testsuite><testcase name='${name}'><failure/></testcase></testsuite>`);
    expect(failures).to.deep.equal(['a <b> &amp; "c" \'de\' &copy; &#x110000;']);
  });

  it('add up the seconds where the outermost suite does not say', async () => {
    const seconds = async (report: string) => (await factsOfReport(report)).seconds;
    expect(
      await seconds(
        '<testsuites><testsuite time="1.5"><testcase time="9"/></testsuite><testsuite><testcase time="0.25"/><testcase time="2e-1"/></testsuite></testsuites>',
      ),
    ).to.equal(1.95);
    for (const nonsense of ['', 'fast', '-1', 'NaN', 'Infinity', '1e300'])
      expect(await seconds(`<testsuite time="${nonsense}"><testcase/></testsuite>`)).to.equal(undefined);
  });

  it('tell the end where the report tells a beginning with its zone', async () => {
    const end = async (timestamp: string) =>
      (await factsOfReport(`<testsuite timestamp="${timestamp}" time="60"><testcase/></testsuite>`)).finished_at;
    expect(await end('2026-11-21T10:00:00Z')).to.equal('2026-11-21T10:01:00.000Z');
    expect(await end('Sat, 21 Nov 2026 10:00:00 GMT')).to.equal('2026-11-21T10:01:00.000Z');
    for (const unknown of ['2026-11-21T10:00:00', 'noonZ', '+275760-09-13T00:00:00Z'])
      expect(await end(unknown)).to.equal(undefined);
  });
});
