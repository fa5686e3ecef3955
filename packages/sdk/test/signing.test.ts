import { generateKeyPairSync } from 'node:crypto';
import { ed25519Signer, isSigned, keyIdOf, openEnvelope, sealEnvelope, signatureOf, type Signer } from '@eucora/sdk';
import { expect } from 'chai';

const TYPE = 'application/vnd.example+json';

describe('a signed envelope', () => {
  it('gives back what was signed, by whoever is trusted', () => {
    const [signer, other] = [givenSigner(), givenSigner()];
    const envelope = sealEnvelope(TYPE, Buffer.from('hello'), signer);
    const opened = openEnvelope(envelope, TYPE, [other.publicKey, signer.publicKey]);
    expect(Buffer.from(opened!).toString()).to.equal('hello');
    expect(envelope.signatures[0]!.keyid)
      .to.equal(keyIdOf(signer.publicKey))
      .and.to.match(/^[0-9a-f]{64}$/);
  });

  it('stays closed for another type, another key, and another content', () => {
    const signer = givenSigner();
    const envelope = sealEnvelope(TYPE, Buffer.from('hello'), signer);
    const trusted = [signer.publicKey];
    expect(openEnvelope(envelope, 'text/plain', trusted)).to.equal(undefined);
    expect(openEnvelope(envelope, TYPE, [givenSigner().publicKey])).to.equal(undefined);
    const changed = { ...envelope, payload: Buffer.from('hullo').toString('base64') };
    expect(openEnvelope(changed, TYPE, trusted)).to.equal(undefined);
    for (const nothing of [null, 'x', {}, { ...envelope, signatures: [] }, { ...envelope, signatures: 7 }])
      expect(openEnvelope(nothing, TYPE, trusted)).to.equal(undefined);
  });

  it('has one spelling: base64 that says the same in another way is another envelope', () => {
    const signer = givenSigner();
    const envelope = sealEnvelope(TYPE, Buffer.from('hello'), signer);
    const [{ keyid, sig }] = envelope.signatures as [{ keyid: string; sig: string }];
    for (const other of [sig.replace(/=+$/, ''), `${sig.slice(0, 8)}\n${sig.slice(8)}`])
      expect(openEnvelope({ ...envelope, signatures: [{ keyid, sig: other }] }, TYPE, [signer.publicKey])).to.equal(
        undefined,
      );
    const loose = { ...envelope, payload: envelope.payload.replace(/=+$/, '') };
    expect(openEnvelope(loose, TYPE, [signer.publicKey])).to.equal(undefined);
  });

  it('has one signature: a second one is not passed over', () => {
    const signer = givenSigner();
    const payload = Buffer.from('hello');
    const signature = signatureOf(TYPE, payload, signer);
    expect(isSigned(TYPE, payload, [signature], [signer.publicKey])).to.equal(true);
    expect(isSigned(TYPE, payload, [signature, signature], [signer.publicKey])).to.equal(false);
  });

  it('is signed with an Ed25519 key, and no other; the key is not repeated in the complaint', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const wrong of [pem, 'a secret that is no key'])
      expect(() => ed25519Signer(wrong)).to.throw(/^the signing key is not an Ed25519 key in PEM \(PKCS #8\) form$/);
  });
});

function givenSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return ed25519Signer(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}
