import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isTypeOnly } from '../test/coverage.mjs';
import { house } from './house.mjs';
import { isAllowed } from './licences.mjs';

describe('the checks', () => {
  it('let a licence pass when one of its choices may be shipped', () => {
    expect(isAllowed('MIT')).to.equal(true);
    expect(isAllowed('(MIT OR GPL-3.0-only)')).to.equal(true);
    expect(isAllowed('MIT AND ISC')).to.equal(true);
    expect(isAllowed('MIT AND GPL-3.0-only')).to.equal(false);
    expect(isAllowed('SSPL-1.0')).to.equal(false);
    expect(isAllowed(undefined)).to.equal(false);
  });

  it('know a file that holds only types', () => {
    expect(isTypeOnly("/** A port. */\nimport type { A } from './a.js';\nexport interface B { a: A }")).to.equal(true);
    expect(isTypeOnly('export type A = 1;\nexport const a: A = 1;')).to.equal(false);
  });

  it('find names that say nothing, and a sixth package', () => {
    const root = givenTree([
      'packages/sdk/src/errors.ts',
      'packages/sdk/src/utils.ts',
      'packages/more/src/index.ts',
      'plugins/one/common/a.ts',
      'examples/a.ts',
      'tools/a.mjs',
    ]);
    try {
      const complaints = house(root);
      expect(complaints).to.have.length(3);
      expect(complaints[0]).to.match(/^packages\/sdk\/src\/utils\.ts: /);
      expect(complaints[1]).to.match(/^plugins\/one\/common\/a\.ts: /);
      expect(complaints[2]).to.match(/^packages\/more: a sixth package/);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

function givenTree(paths: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'eucora-tree-'));
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  return root;
}
