import { expect } from 'chai';
import { complaintAbout, factsOfReport } from './given.js';

const BILLION_LAUGHS = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>
<testsuite name="&lol2;"><testcase/></testsuite>`;

describe('a test report that is refused', () => {
  it('has a document type: a billion laughs, or a file of the machine', async () => {
    const refusal = 'report.xml: it has a document type declaration (<!DOCTYPE, <!ENTITY), and those are not read';
    expect(await complaintAbout(BILLION_LAUGHS)).to.equal(refusal);
    const outside =
      '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&f;"/></testsuite>';
    expect(await complaintAbout(outside)).to.equal(refusal);
    expect(await complaintAbout('<testsuite><!DOCTYPE x><testcase/></testsuite>')).to.equal(refusal);
    expect(await complaintAbout('<!-- a comment --><!doctype x><testsuite><testcase/></testsuite>')).to.equal(refusal);
  });

  it('is not one that only quotes a document type', async () => {
    const quoting =
      '<testsuite><!-- <!DOCTYPE x> --><testcase><system-out><![CDATA[<!DOCTYPE html>]]></system-out></testcase></testsuite>';
    expect(await factsOfReport(quoting)).to.include({ tests: 1, passed: 1 });
  });

  for (const [what, content, complaint] of [
    ['nothing', '', 'it is not well-formed XML'],
    ['one byte', '<', 'it is not well-formed XML'],
    ['text', 'all tests passed', 'it is not well-formed XML'],
    ['JSON', '{"tests": 1}', 'it is not well-formed XML'],
    ['another document', '<html><body/></html>', 'it is no JUnit report: its root is <html>'],
    ['a root that is a test', '<testcase/>', 'it is no JUnit report: its root is <testcase>'],
    ['a cut end', '<testsuite><testcase/>', 'it is not well-formed XML: '],
    ['tags that cross', '<testsuite><testcase></testsuite></testcase>', 'it is not well-formed XML: '],
    ['two roots', '<testsuite><testcase/></testsuite><testsuite/>', 'it has 2 roots'],
    ['a comment without an end', '<testsuite><!-- <testcase/></testsuite>', '<!-- has no end'],
    ['a quotation without an end', '<testsuite><![CDATA[ x</testsuite>', '<![CDATA[ has no end'],
    [
      'an attribute that would change objects',
      '<testsuite __proto__="x"><testcase/></testsuite>',
      'it is not well-formed XML',
    ],
    ['no test', '<testsuites tests="0"><testsuite name="empty"/></testsuites>', 'there is no test in it'],
    ['bytes that are no text', Buffer.from([0x3c, 0xff, 0xc0, 0x3e]), 'it is not text in utf-8'],
    ['an encoding that there is not', '<?xml version="1.0" encoding="utf-7"?><testsuite/>', 'it is not text in utf-7'],
    [
      'too many levels',
      `${'<testsuite>'.repeat(51)}<testcase/>${'</testsuite>'.repeat(51)}`,
      'nested more than 50 deep',
    ],
    ['levels without end', '<a>'.repeat(1_000_000), 'nested more than 50 deep'],
    [
      'too many tests',
      `<testsuite>${'<testcase/>'.repeat(100_001)}</testsuite>`,
      'more than 100000 suites, tests and outcomes',
    ],
    ['too many bytes', Buffer.alloc(10 * 1024 * 1024 + 1, ' '), 'is larger than 10 MiB'],
  ] as const)
    it(`is ${what}`, async () => {
      expect(await complaintAbout(content))
        .to.match(/^report\.xml: /)
        .and.to.include(complaint);
    });
});

describe('a test report in another encoding', () => {
  const REPORT = '<testsuite name="Prüfung"><testcase name="größer"><failure/></testcase></testsuite>';

  it('is read as its first bytes or its declaration say', async () => {
    const declared = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${REPORT}`, 'latin1');
    const marked = Buffer.from(`\ufeff${REPORT}`, 'utf16le');
    for (const content of [REPORT, `\ufeff${REPORT}`, declared, marked, Buffer.from(marked).swap16()])
      expect((await factsOfReport(content)).failures).to.deep.equal(['Prüfung › größer']);
  });
});
