import { canonicalJson, sha256Hex } from '@eucora/sdk';
import { expect } from 'chai';

describe('the canonical form (RFC 8785)', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).to.equal('{"a":[{"c":3,"d":2}],"b":1}');
  });

  it('sorts keys by UTF-16 code units, as the RFC’s own example does', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const keys = [...canonicalJson(value).matchAll(/"([^"]+)":/g)].map(([, key]) => key);
    expect(keys).to.deep.equal(['\\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  });

  it('writes numbers the one way', () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 0.002, 1e-27, -0])).to.equal(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: null })).to.equal('{"b":null}');
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson(undefined)).to.throw(TypeError);
    expect(() => canonicalJson(Number.NaN)).to.throw();
    expect(() => canonicalJson({ a: Infinity })).to.throw();
  });
});

describe('a digest', () => {
  it('is SHA-256 in lower-case hex, of text and of bytes alike', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(sha256Hex('')).to.equal(empty);
    expect(sha256Hex(new Uint8Array())).to.equal(empty);
    expect(sha256Hex('ä')).to.equal(sha256Hex(Buffer.from('ä')));
  });
});
