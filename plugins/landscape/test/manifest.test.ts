import { expect } from 'chai';
import { compare, isUnauthorized, manifestHash, readIndex, servedHash, tell } from '../src/manifest.js';
import { failureOf } from './given.js';

const A = { name: 'a', version: '1', sha256: 'a'.repeat(64) };
const B = { name: 'b', version: '1:2-3', sha256: 'b'.repeat(64) };

describe('manifest.hash', () => {
  it('is the same for the same packages, in whatever order and however often', () => {
    expect(manifestHash([A, B])).to.equal(manifestHash([B, A, B]));
    expect(manifestHash([A, B])).to.match(/^[0-9a-f]{64}$/);
  });

  it('is another one for another version, digest or package', () => {
    const hashes = [[A], [A, B], [{ ...A, version: '2' }], [{ ...A, sha256: B.sha256 }], []].map((one) =>
      manifestHash(one),
    );
    expect(new Set(hashes).size).to.equal(hashes.length);
  });

  it('can be had of what is served where every digest is known', () => {
    expect(servedHash([B, A])).to.equal(manifestHash([A, B]));
    expect(servedHash([A, { name: 'b', version: '1' }])).to.equal(undefined);
  });
});

describe('the comparison with a mirror', () => {
  it('finds nothing where the mirror holds what it should', () => {
    expect(compare([A, B], [B, A])).to.deep.equal([]);
    expect(compare([A, B], [{ name: 'b', version: '1:2-3' }, A])).to.deep.equal([]);
  });

  it('finds what is unknown, changed and missing, in order', () => {
    const stranger = { name: 'c', version: '9' };
    const changed = { ...B, sha256: 'f'.repeat(64) };
    const found = compare([A, B], [stranger, changed]);
    expect(found.map(tell)).to.deep.equal([
      'a 1 (gone)',
      'b 1:2-3 (other bytes than published)',
      'c 9 (not put there by the hub)',
    ]);
    expect(found.filter(isUnauthorized).map(({ kind }) => kind)).to.deep.equal(['changed', 'unknown']);
  });
});

describe('a Packages index', () => {
  it('has a paragraph for each package', () => {
    const text = [A, B]
      .map(
        ({ name, version, sha256 }) =>
          `Package: ${name}\nVersion: ${version}\nDescription: x\n more: y\nSHA256: ${sha256.toUpperCase()}\n`,
      )
      .join('\n');
    expect(readIndex(text)).to.deep.equal([A, B]);
    expect(readIndex('\n \n')).to.deep.equal([]);
  });

  for (const [title, text] of [
    ['a page for people', '<!doctype html>\n<title>Maintenance</title>\n\n<p>x</p>'],
    ['one that broke off', `Package: a\nVersion: 1\nSHA256: ${'a'.repeat(20)}`],
    ['one that is packed', '\u001f\u008b\u0008\u0000 something'],
  ] as const) {
    it(`is not ${title}`, async () => {
      const error = await failureOf(Promise.resolve().then(() => readIndex(text)));
      expect(error).to.include({ code: 'PLANE_ANSWER_INVALID' });
    });
  }
});
