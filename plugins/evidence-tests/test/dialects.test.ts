import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { factsOfReport } from './given.js';

describe('a report in the dialect of', () => {
  it('pytest: one suite, skips with a type, a failure and a failed tear-down as two cases', async () => {
    const report = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
      <testsuite name="pytest" errors="1" failures="1" skipped="1" tests="3" time="1.250" timestamp="2026-11-21T10:00:00.500000+01:00">
        <testcase classname="test_tool" name="test_starts[a&lt;b]" time="0.250" />
        <testcase classname="test_tool" name="test_xfail"><skipped type="pytest.xfail" message="" /></testcase>
        <testcase classname="test_tool" name="test_stops"><failure message="assert 1 == 2">&gt; assert</failure></testcase>
        <testcase classname="test_tool" name="test_stops"><error message="failed on teardown">boom</error></testcase>
      </testsuite></testsuites>`;
    expect(await factsOfReport(report)).to.deep.equal({
      suites: 1,
      tests: 4,
      passed: 1,
      failed: 2,
      skipped: 1,
      finished_at: '2026-11-21T09:00:01.750Z',
      seconds: 1.25,
      failures: ['pytest › test_stops', 'pytest › test_stops'],
    });
  });

  it('Surefire: a root of one suite, grouped seconds, reruns that are no failures', async () => {
    const report = `<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"
        version="3.0.2" name="org.example.ToolTest" time="1,234.5" tests="3" errors="0" skipped="1" failures="1" flakes="1">
      <properties><property name="java.version" value="21"/></properties>
      <testcase name="flaky" classname="org.example.ToolTest" time="0.1"><flakyFailure message="once">x</flakyFailure></testcase>
      <testcase name="off" classname="org.example.ToolTest" time="0"><skipped/></testcase>
      <testcase name="broken" classname="org.example.ToolTest" time="0.2">
        <failure type="x"><![CDATA[expected: <!DOCTYPE html><testcase/> but was: nothing]]></failure>
        <rerunFailure type="x">again</rerunFailure><system-out>&lt;testcase/&gt;</system-out></testcase>
    </testsuite>`;
    expect(await factsOfReport(report)).to.deep.equal({
      suites: 1,
      tests: 3,
      passed: 1,
      failed: 1,
      skipped: 1,
      seconds: 1_234.5,
      failures: ['org.example.ToolTest › broken'],
    });
  });

  it('jest-junit: totals at the root, times without a zone', async () => {
    const report = `<testsuites name="jest tests" tests="2" failures="0" errors="0" time="2.5">
      <testsuite name="a" errors="0" failures="0" skipped="0" timestamp="2026-11-21T10:00:00" time="1" tests="1"><testcase classname="a" name="a" time="0.1"/></testsuite>
      <testsuite name="b" errors="0" failures="0" skipped="0" timestamp="2026-11-21T10:00:01" time="1" tests="1"><testcase classname="b" name="b" time="0.1"/></testsuite>
    </testsuites>`;
    const facts = await factsOfReport(report);
    expect(facts).to.include({ suites: 2, tests: 2, passed: 2, seconds: 2.5 });
    expect(facts).not.to.have.property('finished_at');
  });

  it('gotestsum: a suite a package, its time in UTC', async () => {
    const report = `<testsuites tests="3" failures="1" errors="0" time="0.300000">
      <testsuite tests="2" failures="1" time="0.200000" name="example.org/tool" timestamp="2026-11-21T10:00:00Z">
        <properties><property name="go.version" value="go1.25 linux/amd64"></property></properties>
        <testcase classname="example.org/tool" name="TestA/one" time="0.1"></testcase>
        <testcase classname="example.org/tool" name="TestA" time="0.1"><failure message="Failed" type="">x</failure></testcase>
      </testsuite>
      <testsuite tests="1" failures="0" time="0.100000" name="example.org/tool/b" timestamp="2026-11-21T09:00:00Z">
        <testcase classname="example.org/tool/b" name="TestB" time="0.1"><skipped message="b_test.go:5: no"></skipped></testcase>
      </testsuite></testsuites>`;
    expect(await factsOfReport(report)).to.deep.equal({
      suites: 2,
      tests: 3,
      passed: 1,
      failed: 1,
      skipped: 1,
      finished_at: '2026-11-21T10:00:00.200Z',
      seconds: 0.3,
      failures: ['example.org/tool › TestA'],
    });
  });

  it('GoogleTest: a status in place of an element', async () => {
    const report = `<testsuites tests="4" failures="0" disabled="1" errors="0" time="0.01" name="AllTests"><testsuite name="S" tests="4" disabled="1" skipped="1">
      <testcase name="A" status="run" result="completed"/><testcase name="DISABLED_B" status="notrun" result="suppressed"/>
      <testcase name="C" status="run" result="skipped"><skipped message="x"/></testcase><testcase name="D" status="failed"/></testsuite></testsuites>`;
    expect(await factsOfReport(report)).to.include({ tests: 4, passed: 1, skipped: 2, failed: 1 });
  });

  it('nobody in particular: suites in suites, no attributes at all, another prefix', async () => {
    const report = `<j:testsuites xmlns:j="urn:x"><j:testsuite><j:testsuite name="inner"><j:testcase><j:error/></j:testcase>
      <j:testcase name="x"/></j:testsuite></j:testsuite><j:testcase name="on its own"/></j:testsuites>`;
    expect(await factsOfReport(report)).to.deep.equal({
      suites: 2,
      tests: 3,
      passed: 2,
      failed: 1,
      skipped: 0,
      failures: ['inner'],
    });
  });
});

describe('a report that somebody else wrote just now', () => {
  const TESTS = `describe('outer', () => {
    it('passes', () => {});
    it('fails', () => { throw new Error('a ]]> b <c>'); });
    it.skip('is skipped', () => {});
    describe('inner', () => { it('"x" < y', () => {}); });
  });\n`;

  it("is understood: mocha's xunit", async () => {
    const report = reportOf('tests.cjs', TESTS, [
      join(dirname(createRequire(import.meta.url).resolve('mocha/package.json')), 'bin/mocha.js'),
      '--reporter=xunit',
    ]);
    const facts = await factsOfReport(report);
    expect(facts).to.deep.include({
      suites: 1,
      tests: 4,
      passed: 2,
      failed: 1,
      skipped: 1,
      failures: ['Mocha Tests › fails'],
    });
    expect(facts.finished_at).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  it("is understood: node's junit", async () => {
    const content = `const { describe, it } = require('node:test');\n${TESTS}`;
    const report = reportOf('tests.test.cjs', content, ['--test', '--test-reporter=junit']);
    const facts = await factsOfReport(report);
    expect(facts).to.deep.include({
      suites: 2,
      tests: 4,
      passed: 2,
      failed: 1,
      skipped: 1,
      failures: ['outer › fails'],
    });
  });
});

/** What node prints when it runs such a test file, which fails. */
function reportOf(fileName: string, content: string, args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-tests-'));
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env;
  try {
    writeFileSync(join(folder, fileName), content);
    execFileSync(process.execPath, [...args, fileName], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
    throw new Error('a test that should fail has passed');
  } catch (cause) {
    const { stdout } = cause as { stdout?: string };
    if (!stdout) throw cause;
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
