import { expect } from 'chai';
import { canonicalQuery, percentEncoded, signed, stringToSign } from '../src/signature.js';

/** Worked out with Python's hmac and urllib, from the rules of Canonical's guide and not from our code. */
const GUIDE = {
  access_key_id: '0GS7553JW74RRM612K02EXAMPLE',
  signature_method: 'HmacSHA256',
  signature_version: '2',
  timestamp: '2011-08-18T08:07:00Z',
};
const NOW = new Date('2011-08-18T08:07:00.750Z');
const KEY = GUIDE.access_key_id;

describe('a signature of the legacy API', () => {
  it('is over verb, host, path and sorted query, as in the guide of the vendor', () => {
    const fields = { ...GUIDE, version: '2011-08-01', action: 'GetComputers' };
    expect(stringToSign('GET', new URL('https://landscape.canonical.com/api/'), fields)).to.equal(
      [
        'GET',
        'landscape.canonical.com',
        '/api/',
        'access_key_id=0GS7553JW74RRM612K02EXAMPLE&action=GetComputers&signature_method=HmacSHA256&signature_version=2&timestamp=2011-08-18T08%3A07%3A00Z&version=2011-08-01',
      ].join('\n'),
    );
  });

  const vectors: [string, string, string, string, Record<string, string>, string][] = [
    [
      'a plain question',
      'GET',
      'https://landscape.canonical.com/api/',
      'secret',
      { action: 'GetComputers', version: '2011-08-01' },
      '61DG2SdX627DYEPPLsCqM/R9U/9Cwa5AHj8FE0ikmJI=',
    ],
    [
      'a form with umlauts, spaces, lists, a port and capital letters in the host',
      'POST',
      'https://Landscape.Example.COM:8443/api/',
      's3cr€t',
      {
        action: 'CreatePackageProfile',
        version: '2011-08-01',
        title: 'Möbel & Co (test)!',
        description: "a b*c'd~e",
        'constraints.1': 'depends foo = 1:2.0-1',
        'constraints.2': 'depends baz >= 1',
        'constraints.10': 'conflicts bar',
      },
      'SMM+tNhdbdrNkn1KCXd773oNB4toqB4dGNUHHzOL0Cw=',
    ],
    [
      'a server behind a path of its own',
      'POST',
      'https://landscape.example.com/landscape/api/',
      'secret',
      { action: 'GetComputers', version: '2011-08-01' },
      'iybbiUSua/eeEs4oYVfVypbPaxuFGBAAMlRRtoKVzlE=',
    ],
  ];
  for (const [title, method, url, secretKey, fields, expected] of vectors) {
    it(`fits the vector for ${title}`, () => {
      const { signature, ...rest } = signed(method, new URL(url), fields, { accessKey: KEY, secretKey }, NOW);
      expect(signature).to.equal(expected);
      expect(rest).to.deep.equal({ ...fields, ...GUIDE });
    });
  }

  it('is another one without the trailing slash, which is why that fails', () => {
    const of = (url: string) => signed('POST', new URL(url), {}, { accessKey: KEY, secretKey: 's' }, NOW).signature;
    expect(of('https://landscape.example.com/api')).not.to.equal(of('https://landscape.example.com/api/'));
  });
});

describe('the query that is signed', () => {
  it('leaves the unreserved characters of RFC 3986 alone and no others', () => {
    expect(percentEncoded("AZaz09-_.~ !'()*+/=&%ü€")).to.equal(
      'AZaz09-_.~%20%21%27%28%29%2A%2B%2F%3D%26%25%C3%BC%E2%82%AC',
    );
  });

  it('is sorted by bytes, so that capitals go first and umlauts last', () => {
    expect(canonicalQuery({ b: '2', ä: '4', a: '1', B: '0' })).to.equal('B=0&a=1&b=2&%C3%A4=4');
  });

  it('keeps the equals sign of an empty value', () => {
    expect(canonicalQuery({ a: '' })).to.equal('a=');
  });
});
