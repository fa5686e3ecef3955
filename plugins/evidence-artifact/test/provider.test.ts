import { createHash } from 'node:crypto';
import type { Artifacts } from '@eucora/sdk';
import { describeIssue } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, givenPackage, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin, { artifactEvidence } from '../src/index.js';
import { exe } from './files.js';
import { evidenceOf, givenArtifactOf } from './given.js';

const MIB = 1024 * 1024;

describeEvidenceProvider('the evidence of an artifact', {
  start: () => ({ provider: artifactEvidence }),
  orders: {
    'an artifact that is there': givenOrder(),
    'an artifact that is not there': givenOrder({ package: packageOf('f'.repeat(64), 5) }),
    'an artifact of another size': givenOrder({ package: packageOf(givenPackage().artifact.sha256, 5) }),
  },
});

describe('the evidence of an artifact', () => {
  it('tells digest, size, name and format, and points at the bytes', async () => {
    const bytes = exe();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await evidenceOf(givenArtifactOf(bytes, 'tool.exe'))).to.deep.equal({
      kind: 'artifact',
      provider: 'artifact',
      facts: { sha256, size: 1_024, file_name: 'tool.exe', format: 'exe' },
      blob: sha256,
    });
  });

  it('is absent when the store has other bytes than the package names', async () => {
    const given = givenArtifactOf(exe());
    const other = exe().fill(1, 700);
    const { absent, facts } = await evidenceOf({ ...given, ctx: testContext({ artifacts: storing(other) }) });
    expect(facts).to.equal(undefined);
    const came = createHash('sha256').update(other).digest('hex');
    const said = given.order.package.artifact.sha256;
    expect(absent).to.equal(
      `tool.bin: the bytes are not those of the package: their SHA-256 is ${came}, and it names ${said}`,
    );
  });

  it('is absent when there are fewer bytes, or more, and then does not read on', async () => {
    const given = givenArtifactOf(exe());
    const short = { ...given, ctx: testContext({ artifacts: storing(exe().subarray(1)) }) };
    expect((await evidenceOf(short)).absent).to.include('they end after 1023 of the 1024 that it names');
    const endless = { ...given, ctx: testContext({ artifacts: { open: async () => bytesThatNobodyReads() } }) };
    expect((await evidenceOf(endless)).absent).to.include('they go on after the 1024 that it names');
  });

  it('is absent when the artifact is not in the store', async () => {
    const { order } = givenArtifactOf(exe());
    expect((await evidenceOf({ order, ctx: testContext() })).absent).to.equal(
      'tool.bin: its bytes are not in the artifact store',
    );
  });

  it('leaves a store that fails to the hub, which tries again', async () => {
    const { order } = givenArtifactOf(exe());
    const broken: Artifacts = { open: () => Promise.reject(new Error('the disk is gone')) };
    const outcome = await evidenceOf({ order, ctx: testContext({ artifacts: broken }) }).catch(
      (cause: Error) => cause.message,
    );
    expect(outcome).to.equal('the disk is gone');
  });

  it('stops when nobody waits any more', async () => {
    const { order } = givenArtifactOf(exe());
    const signal = AbortSignal.abort(new Error('too late'));
    const ctx = testContext({ artifacts: storing(exe()), signal });
    expect(await evidenceOf({ order, ctx }).catch((cause: Error) => cause.message)).to.equal('too late');
  });

  it('warns when the name promises another format', async () => {
    const given = givenArtifactOf(exe(), 'Tool.MSI');
    await evidenceOf(given);
    expect(given.ctx.logged.map(({ level, message }) => [level, message])).to.deep.equal([
      ['warn', 'the name says msi, the content exe'],
    ]);
    for (const name of ['tool.exe', 'tool', 'tool.constructor', 'tool.tar.gz']) {
      const fitting = givenArtifactOf(exe(), name);
      await evidenceOf(fitting);
      expect(fitting.ctx.logged).to.deep.equal([]);
    }
  });

  it('is the same in whatever pieces the bytes come, also when the source uses its piece again', async () => {
    const bytes = Buffer.concat([exe(), Buffer.alloc(1_200_000, 3)]);
    const given = givenArtifactOf(bytes, 'tool.exe');
    const whole = await evidenceOf(given);
    for (const piece of [1_021, 65_536, 5_000_000]) {
      const artifacts = { open: async () => inTheSameBuffer(bytes, piece) };
      expect(await evidenceOf({ ...given, ctx: testContext({ artifacts }) })).to.deep.equal(whole);
    }
  });

  it('takes some megabytes for an artifact of any size', async () => {
    const size = 200 * MIB;
    const piece = Buffer.alloc(MIB, 5);
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += MIB) hash.update(piece);
    const order = givenOrder({ package: packageOf(hash.digest('hex'), size) });

    let most = 0;
    const before = heldBytes();
    async function* bytes() {
      for (let at = 0; at < size; at += MIB) {
        yield piece;
        most = Math.max(most, heldBytes() - before);
      }
    }
    const { facts } = await evidenceOf({ order, ctx: testContext({ artifacts: { open: async () => bytes() } }) });
    expect(facts).to.deep.include({ size, format: 'unknown' });
    expect(most).to.be.below(16 * MIB);
  });
});

describe('the plugin', () => {
  it('has no settings, and says so', async () => {
    const complaints = async (config: unknown) =>
      ((await plugin.config['~standard'].validate(config)).issues ?? []).map(describeIssue);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ colour: 1 })).to.deep.equal(['colour: is not a setting of this plugin']);
    for (const wrong of [[], 'x', null]) expect(await complaints(wrong)).to.deep.equal(['must be an object']);
    expect(plugin.create({}, { id: 'any' })).to.equal(artifactEvidence);
  });
});

function packageOf(sha256: string, size: number) {
  return givenPackage({ artifact: { sha256, size, fileName: 'tool.bin' } });
}

const heldBytes = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;

const storing = (...chunks: Uint8Array[]): Artifacts => ({
  async open() {
    return (async function* () {
      yield* chunks;
    })();
  },
});

async function* bytesThatNobodyReads(): AsyncIterable<Uint8Array> {
  yield Buffer.alloc(1_024);
  yield Buffer.alloc(1_024);
  throw new Error('nobody should read this far');
}

async function* inTheSameBuffer(bytes: Buffer, length: number): AsyncIterable<Uint8Array> {
  const piece = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    const copied = bytes.copy(piece, 0, at, at + length);
    yield piece.subarray(0, copied);
    piece.fill(0xee);
  }
}
