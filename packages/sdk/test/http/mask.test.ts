import { expect } from 'chai';

import { maskSecrets } from '../../src/http/index.js';

describe('masking', () => {
  const texts: [before: string, after: string][] = [
    ['Authorization: Bearer abcdef123456', 'Authorization: Bearer ***'],
    ['authorization: basic dXNlcjpwYXNz', 'authorization: basic ***'],
    ['token eyJhbGciOiJQUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln was refused', 'token *** was refused'],
    [
      'grant_type=client_credentials&client_assertion=abc.def&scope=x',
      'grant_type=client_credentials&client_assertion=***&scope=x',
    ],
    ['client_secret=s3cr3t~', 'client_secret=***'],
    [
      'https://s.blob.core.windows.net/c?sv=2024&sig=a%2Bb%3D&se=1',
      'https://s.blob.core.windows.net/c?sv=2024&sig=***&se=1',
    ],
    ['AccountName=a;AccountKey=abc123==;Suffix=x', 'AccountName=a;AccountKey=***;Suffix=x'],
    ['{"password": "hunter2", "user": "ada"}', '{"password": "***", "user": "ada"}'],
    [
      '{"message":"{\\"accessToken\\":\\"abc\\",\\"Url\\":\\"x\\"}"}',
      '{"message":"{\\"accessToken\\":\\"***\\",\\"Url\\":\\"x\\"}"}',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- rest', '*** rest'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE and cut', '***'],
    ['nothing to hide, 100 % of keys=found', 'nothing to hide, 100 % of keys=found'],
  ];
  for (const [before, after] of texts) {
    it(`leaves of ${JSON.stringify(before)} what may be seen`, () => expect(maskSecrets(before)).to.equal(after));
  }

  it('hides fields by their names, however deep, and leaves the original alone', () => {
    const original = {
      id: '42',
      idempotency_key: 'intune:deploy_app:abc123def456',
      token_type: 'Bearer',
      count: 3,
      none: null,
      encryption: { encryptionKey: 'k', macKey: 'm', mac: 'x', fileDigest: 'd' },
      list: [{ apiKey: 'k', password: null }, 'Bearer abcdef123'],
      content: new Uint8Array(5),
    };
    expect(maskSecrets(original)).to.deep.equal({
      id: '42',
      idempotency_key: 'intune:deploy_app:abc123def456',
      token_type: 'Bearer',
      count: 3,
      none: null,
      encryption: { encryptionKey: '***', macKey: '***', mac: '***', fileDigest: 'd' },
      list: [{ apiKey: '***', password: null }, 'Bearer ***'],
      content: '5 bytes',
    });
    expect(original.encryption.macKey).to.equal('m');
  });
});
