import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

describe('the closing line', () => {
  it('counts what passed and what failed', () => {
    expect(lastLineOf(`it('a', () => {}); it('b', () => {}); it('c', () => { throw new Error('no'); });`)).to.equal(
      '2 passed, 1 failed',
    );
  });

  it('counts what was skipped, and tells why', () => {
    const lines = report(
      `it('a', () => {}); it('b', function () { this.test.skipReason = 'no server here'; this.skip(); });`,
    );
    expect(lines).to.include('    - b: no server here');
    expect(lines.at(-1)).to.equal('1 passed, 0 failed, 1 skipped');
  });

  it('counts a hook that failed', () => {
    expect(lastLineOf(`before(() => { throw new Error('no'); }); it('a', () => {});`)).to.equal('0 passed, 1 failed');
  });

  it('counts a run that breaks off as a failure', () => {
    expect(lastLineOf(`it('a', () => {}); it('b', () => process.exit(7));`)).to.equal('1 passed, 1 failed');
  });
});

const lastLineOf = (test: string) => report(test).at(-1);

/** What mocha prints about a file with these tests. */
function report(test: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'eucora-reporter-'));
  try {
    const file = join(folder, 'some.test.cjs');
    writeFileSync(file, test);
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
    const { EUCORA_TEST_SUMMARY: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const args = [mocha, '--no-config', '--reporter', join(import.meta.dirname, 'reporter.mjs'), file];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env }).stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
