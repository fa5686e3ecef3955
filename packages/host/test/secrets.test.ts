import type { Append } from '@eucora/engine';
import { expect } from 'chai';
import fc from 'fast-check';
import { maskedStorage } from '../src/masked-storage.js';
import { replaceAny } from '../src/replace-any.js';
import { formsOf } from '../src/secret-forms.js';
import { knownSecrets, remembering } from '../src/secrets.js';
import { givenStorage } from './given.js';

const SECRET = 'p&ss "w"/ö+rd=9';

describe('a secret that was given out', () => {
  const known = knownSecrets();
  known.add(SECRET);

  it('is masked in every form in which it may stand', () => {
    const address = new URL('https://hub@example.com/x');
    address.password = SECRET;
    const texts = [
      `it is ${SECRET}.`,
      JSON.stringify({ password: SECRET }),
      JSON.stringify({ message: JSON.stringify({ password: SECRET }) }),
      `https://example.com/?key=${encodeURIComponent(SECRET)}&x=1`,
      `https://example.com/?key=${encodeURIComponent(SECRET).toLowerCase()}`,
      new URLSearchParams({ key: SECRET }).toString(),
      address.href,
      Buffer.from(SECRET).toString('base64'),
      Buffer.from(SECRET).toString('base64url'),
      Buffer.from(SECRET).toString('hex'),
    ];
    for (const text of texts) {
      expect(known.mask(text), text).to.include('[secret]');
      expect(formsOf(SECRET).filter((form) => known.mask(text).includes(form))).to.deep.equal([]);
    }
    expect(known.mask(texts[0]!)).to.equal('it is [secret].');
    expect(JSON.parse(known.mask(texts[1]!))).to.deep.equal({ password: '[secret]' });
  });

  it('is masked within base64, wherever it begins and ends there', () => {
    for (const before of ['', 'a', 'ab', 'hub:'])
      for (const after of ['', '!', '!!']) {
        const masked = known.mask(Buffer.from(before + SECRET + after).toString('base64'));
        expect(masked).to.include('[secret]');
        const left = masked.split('[secret]').map((part) => Buffer.from(part, 'base64').toString('latin1'));
        for (const part of left) expect(part.length).to.be.lessThan(6);
      }
  });

  it('is masked line by line where it is a key of many lines', () => {
    const lines = [
      '-----BEGIN PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
      'abcdefghijklmnop',
      '-----END PRIVATE KEY-----',
    ];
    const own = knownSecrets();
    own.add(lines.join('\n'));
    expect(own.mask(lines.join('\r\n'))).to.equal(`${lines[0]}\r\n[secret]\r\n[secret]\r\n${lines[3]}`);
  });

  it('is not masked where it is shorter than words are', () => {
    const own = knownSecrets();
    own.add('secret1');
    expect(own.mask('secret1')).to.equal('secret1');
  });

  it('leaves what holds no secret as it is, the very same object', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(known.maskIn(value)).to.equal(value);
      }),
      { seed: 4 },
    );
  });

  it('is masked in texts and names however deep they are, and nothing else is changed', () => {
    const clean = { deep: ['untouched'] };
    const value = { clean, dirty: [1, null, { [`for ${SECRET}`]: [`${SECRET}, twice: ${SECRET}`] }] };
    const masked = known.maskIn(value);
    expect(masked).to.deep.equal({ clean, dirty: [1, null, { 'for [secret]': ['[secret], twice: [secret]'] }] });
    expect(masked.clean).to.equal(clean);
    expect(value.dirty[2]).to.have.property(`for ${SECRET}`);
  });

  it('is found as a simple search finds it, whatever the texts are', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü'), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü') }),
        (texts, text) => {
          const longestFirst = [...texts].sort((a, b) => b.length - a.length);
          const simple = texts.length === 0 ? text : text.replaceAll(new RegExp(longestFirst.join('|'), 'g'), '#');
          expect(replaceAny(texts, 3, '#')(text)).to.equal(simple);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  it('is known from when a provider gave it', async () => {
    const own = knownSecrets();
    expect(own.mask(SECRET)).to.equal(SECRET);
    await remembering({ resolve: async () => SECRET }, own).resolve('env:X');
    expect(own.mask(SECRET)).to.equal('[secret]');
  });

  it('reaches neither events nor views', async () => {
    const storage = givenStorage();
    const asked: Append[] = [];
    const { append } = storage.events;
    storage.events.append = (request) => (asked.push(request), append(request));
    const masked = maskedStorage(storage, known);
    const clean = appendOf('fine');

    await masked.events.append(clean);
    await masked.events.append(appendOf(`it failed with ${SECRET}`, 1));

    expect(asked[0]).to.equal(clean);
    const { events } = await readAll(masked);
    expect(events.map(({ data }) => data)).to.deep.equal([{ why: 'fine' }, { why: 'it failed with [secret]' }]);
    expect(await masked.views.get('runs', 'r')).to.deep.equal({ why: 'it failed with [secret]' });
    await masked.ready();
    expect(await masked.events.readStream('s')).to.have.length(2);
    expect((await masked.events.head()).position).to.equal(2);
    await masked.close();
  });

  const readAll = async (storage: ReturnType<typeof maskedStorage>) => ({ events: await storage.events.readAll({}) });
});

const appendOf = (why: string, expectedVersion = 0): Append => ({
  writes: [{ stream: 's', expectedVersion, events: [{ type: 'T', data: { why }, correlationId: 'c', actor: 'a' }] }],
  views: [{ collection: 'runs', id: 'r', body: { why } }],
});
