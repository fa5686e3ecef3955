import { untrusted } from '@eucora/sdk';
import { expect } from 'chai';

describe("a stranger's JSON", () => {
  it('has objects, lists and texts where they are, and none where they are not', () => {
    expect(untrusted.fields({ a: 1 })).to.deep.equal({ a: 1 });
    for (const none of [null, undefined, 'x', 7, [1]]) expect(untrusted.fields(none)).to.deep.equal({});
    expect(untrusted.list([{ a: 1 }, null, 'x', []])).to.deep.equal([{ a: 1 }]);
    expect(untrusted.list({ 0: {} })).to.deep.equal([]);
    expect(untrusted.texts(['a', '', 3, ' b '])).to.deep.equal(['a', 'b']);
  });

  it('has texts of one line, not endless, and without what a database refuses', () => {
    expect(untrusted.text(' a\nb\0c\ud800d ')).to.equal('a b c d');
    expect(untrusted.text('x'.repeat(5_000))).to.have.length(1_000);
    for (const none of ['', ' \n', 7, null]) expect(untrusted.text(none)).to.equal(undefined);
  });

  it('has times that say their zone, and digests', () => {
    expect(untrusted.time('2026-11-21T12:00:00+02:00')).to.equal('2026-11-21T10:00:00.000Z');
    for (const none of ['2026-11-21', '2026-11-21T12:00:00', '0001-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 5])
      expect(untrusted.time(none)).to.equal(undefined);
    expect(untrusted.sha256('A'.repeat(64))).to.equal('a'.repeat(64));
    expect(untrusted.sha256('a'.repeat(63))).to.equal(undefined);
  });
});
