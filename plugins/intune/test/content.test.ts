import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { givenArtifact, givenPackage } from '@eucora/sdk/testing';
import { blockCount, blocksOf, encrypt, seal, type EncryptionKeys } from '../src/content.js';
import { unseal } from '../simulator/unseal.js';

const artifact = givenPackage().artifact;

describe('the content of an app', () => {
  it('is encrypted as the test vector says', async () => {
    const sealed = await encrypt(chunks('EUCORA', ' test ', 'vector'), fixedKeys());
    expect(sealed).to.include({ size: 18, sizeEncrypted: 80 });
    expect(sealed.encryption).to.deep.equal({
      encryptionKey: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
      macKey: 'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=',
      initializationVector: 'AwMDAwMDAwMDAwMDAwMDAw==',
      mac: 'vornQyLx2GB2HNPgFrcsCzwti49afapIe8YSx6FBa8M=',
      profileIdentifier: 'ProfileVersion1',
      fileDigest: 'siDNnIqE01/9mh1gRKBgK1mSnFF+W8tikgVfiUAgWGE=',
      fileDigestAlgorithm: 'SHA256',
    });
    expect((await readFile(sealed.path)).toString('base64')).to.equal(
      'vornQyLx2GB2HNPgFrcsCzwti49afapIe8YSx6FBa8MDAwMDAwMDAwMDAwMDAwMDCf+Bn9AAcUgMIigNr9Gd6CSGWCwRFnA5Dsn1/JKDW3o=',
    );
    await sealed.discard();
  });

  it('is a zip of the artifact that a device can open', async () => {
    const sealed = await seal(chunks(givenArtifact()), artifact);
    const blob = await readFile(sealed.path);
    expect(blob).to.have.length(sealed.sizeEncrypted);
    expect(sealed.sizeEncrypted).to.equal(48 + 16 * (Math.floor(sealed.size / 16) + 1));
    expect(await unseal(blob, sealed.encryption, sealed.size, artifact.fileName)).to.deep.equal({
      setupSha256: artifact.sha256,
    });
    await sealed.discard();
  });

  it('is the same zip each time, under keys that never come twice', async () => {
    const [one, other] = await Promise.all([
      seal(chunks(givenArtifact()), artifact),
      seal(chunks(givenArtifact()), artifact),
    ]);
    expect(one.encryption.fileDigest).to.equal(other.encryption.fileDigest);
    expect(one.encryption.encryptionKey).not.to.equal(other.encryption.encryptionKey);
    expect(one.encryption.mac).not.to.equal(other.encryption.mac);
    await Promise.all([one.discard(), other.discard()]);
  });

  it('goes away when it is discarded, also twice', async () => {
    const sealed = await seal(chunks(givenArtifact()), artifact);
    await sealed.discard();
    await sealed.discard();
    expect(existsSync(sealed.path)).to.equal(false);
  });

  it('is not made of other bytes than those announced', async () => {
    const refusal = await failureOf(seal(chunks('something else'), artifact));
    expect(refusal).to.have.property('code', 'ARTIFACT_MISMATCH');
  });

  it('fails with the error of the stream that it comes from', async () => {
    const refusal = await failureOf(seal(breaking(), artifact));
    expect(refusal).to.have.property('message', 'the disk is gone');
  });

  it('does not grow with the artifact in memory, however large that is', async function () {
    this.timeout(0);
    const { large, bytes, peak } = largeArtifact(96);
    const sealed = await seal(bytes, large);
    let blocks = 0;
    let length = 0;
    for await (const block of blocksOf(sealed, blockCount(large, 1024 * 1024))) {
      expect(block.length).to.be.at.most(1024 * 1024);
      blocks += 1;
      length += block.length;
    }
    expect(length).to.equal(sealed.sizeEncrypted);
    expect(blocks).to.equal(Math.ceil(sealed.sizeEncrypted / (1024 * 1024)));
    expect(peak()).to.be.below(large.size / 2);
    await sealed.discard();
  });
});

describe('what is wrong with an upload', () => {
  const wrongs: Record<string, (given: Awaited<ReturnType<typeof givenBlob>>) => void> = {
    'a byte that was changed on the way': ({ blob }) => (blob[60]! ^= 1),
    'a MAC of another key': (given) => (given.info = { ...given.info, macKey: given.info.encryptionKey }),
    'a digest of something else': (given) => (given.info = { ...given.info, fileDigest: given.info.mac }),
    'an initialization vector of another upload': (given) =>
      (given.info = { ...given.info, initializationVector: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    'another size than announced': (given) => (given.size += 1),
    'another setup file than announced': (given) => (given.setupFile = 'other.exe'),
    'an unknown profile': (given) =>
      (given.info = { ...given.info, profileIdentifier: 'ProfileVersion2' as 'ProfileVersion1' }),
  };
  for (const [name, spoil] of Object.entries(wrongs)) {
    it(`${name} is found by the simulator`, async () => {
      const given = await givenBlob();
      spoil(given);
      expect(await unseal(given.blob, given.info, given.size, given.setupFile)).to.have.property('reason');
    });
  }

  it('is nothing when nobody touched it, by a second opinion', async () => {
    const { blob, info } = await givenBlob();
    const mac = createHmac('sha256', Buffer.from(info.macKey, 'base64')).update(blob.subarray(32)).digest();
    expect(mac.equals(blob.subarray(0, 32))).to.equal(true);
    const decipher = createDecipheriv('aes-256-cbc', Buffer.from(info.encryptionKey, 'base64'), blob.subarray(32, 48));
    const zip = Buffer.concat([decipher.update(blob.subarray(48)), decipher.final()]);
    expect(createHash('sha256').update(zip).digest('base64')).to.equal(info.fileDigest);
  });
});

async function givenBlob() {
  const sealed = await seal(chunks(givenArtifact()), artifact);
  const blob = await readFile(sealed.path);
  await sealed.discard();
  return { blob, info: sealed.encryption, size: sealed.size, setupFile: artifact.fileName };
}

function fixedKeys(): EncryptionKeys {
  return { encryptionKey: Buffer.alloc(32, 1), macKey: Buffer.alloc(32, 2), initializationVector: Buffer.alloc(16, 3) };
}

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

async function* breaking(): AsyncIterable<Uint8Array> {
  yield givenArtifact();
  throw new Error('the disk is gone');
}

/** Hard to compress, and made of one buffer, so that the source itself takes no memory. */
function largeArtifact(megabytes: number) {
  const piece = Buffer.alloc(1024 * 1024);
  for (let at = 0, seed = 1; at < piece.length; at++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    piece[at] = seed >>> 24;
  }
  const hash = createHash('sha256');
  for (let turn = 0; turn < megabytes; turn++) hash.update(piece);
  const before = process.memoryUsage().arrayBuffers;
  let highest = 0;
  async function* bytes() {
    for (let turn = 0; turn < megabytes; turn++) {
      yield piece;
      highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
    }
  }
  const large = { sha256: hash.digest('hex'), size: megabytes * piece.length, fileName: 'large.exe' };
  return { large, bytes: bytes(), peak: () => highest };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
