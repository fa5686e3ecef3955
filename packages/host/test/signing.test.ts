import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EucoraError, type SecretProvider } from '@eucora/sdk';
import { expect } from 'chai';
import { openSigningKeys } from '../src/signing.js';
import { readRiskWeights } from '../src/risk-weights.js';
import { givenFiles, givenFolder, leftovers } from './given.js';

describe('the signing key', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('is made once for a data folder, for its owner alone, with its public half beside it', async () => {
    const dataDir = join(givenFolder(left), 'data');
    const first = await openSigningKeys({ dataDir }, NONE);
    const again = await openSigningKeys({ dataDir }, NONE);
    expect(again.signer.keyId).to.equal(first.signer.keyId);
    expect(statSync(join(dataDir, 'signing-key.pem')).mode & 0o777).to.equal(0o600);
    expect(readFileSync(join(dataDir, 'signing-key.pub'), 'utf8')).to.equal(first.signer.publicKey);
  });

  it('is the secret that the configuration names', async () => {
    const dataDir = givenFolder(left);
    const { signer } = await openSigningKeys({ dataDir, signingKey: 'env:KEY' }, { resolve: async () => PEM });
    expect(readFileSync(join(dataDir, 'signing-key.pub'), 'utf8')).to.equal(signer.publicKey);
    const missing = openSigningKeys({ dataDir, signingKey: 'env:KEY' }, NONE);
    expect(await missing.catch((cause: EucoraError) => cause.code)).to.equal('SECRET_NOT_FOUND');
    const wrong = openSigningKeys({ dataDir, signingKey: 'env:KEY' }, { resolve: async () => 'hunter2' });
    expect(await wrong.catch((cause: Error) => cause.message))
      .to.match(/not an Ed25519 key/)
      .and.not.to.include('hunter2');
  });

  it('has those that came before it, from files', async () => {
    const dataDir = givenFolder(left);
    const { signer } = await openSigningKeys({ dataDir }, NONE);
    const files = givenFiles(givenFolder(left), { 'old.pub': signer.publicKey, 'no.pub': 'hello' });
    const earlierKeys = [join(files, 'old.pub')];
    expect((await openSigningKeys({ dataDir, earlierKeys }, NONE)).earlierKeys).to.deep.equal([signer.publicKey]);
    const bad = openSigningKeys({ dataDir, earlierKeys: [join(files, 'no.pub')] }, NONE);
    expect(await bad.catch((cause: Error) => cause.message)).to.match(
      /^earlier_keys: .+no\.pub is no public key in PEM/,
    );
  });
});

describe('the weights of the risk score', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('are ours, or those of a file that is right', () => {
    expect(readRiskWeights(undefined).version).to.match(/^\d{4}-\d\d$/);
    const folder = givenFiles(givenFolder(left), { 'bad.json': '{', 'half.json': { version: 'x', weights: {} } });
    expect(() => readRiskWeights(join(folder, 'bad.json'))).to.throw(/bad\.json: cannot be read/);
    expect(() => readRiskWeights(join(folder, 'half.json'))).to.throw(/half\.json: .*weights\.ring: is missing/);
    expect(() => readRiskWeights(join(folder, 'none.json'))).to.throw(/none\.json: cannot be read: ENOENT/);
  });
});

const PEM = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));

const NONE: SecretProvider = {
  async resolve(reference) {
    throw new EucoraError('SECRET_NOT_FOUND', { what: reference });
  },
};
