import { isEucoraError } from '@eucora/sdk';
import {
  givenArtifact,
  givenOrder,
  givenPackage,
  memoryArtifacts,
  memoryJournal,
  testContext,
} from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('a test context', () => {
  it('remembers what was logged and audited, also through a copy', () => {
    const ctx = testContext();
    const copy = { ...ctx, readOnly: true };
    copy.log.warn({ plane: 'shelf' }, 'slow');
    copy.audit({ plane: 'shelf', method: 'GET', target: 'shelf/items', statusCode: 200, durationMs: 3, attempt: 1 });
    expect(ctx.logged).to.deep.equal([{ level: 'warn', fields: { plane: 'shelf' }, message: 'slow' }]);
    expect(ctx.audited).to.have.length(1);
    expect(ctx.readOnly).to.equal(false);
  });

  it('gives the secrets that it was given, and names a missing one', async () => {
    const ctx = testContext({ secrets: { 'env:KEY': 'open sesame' } });
    expect(await ctx.secrets.resolve('env:KEY')).to.equal('open sesame');
    const refusal = await ctx.secrets.resolve('env:OTHER').catch((cause: unknown) => cause);
    expect(isEucoraError(refusal) && refusal.code).to.equal('SECRET_NOT_FOUND');
  });

  it('sleeps on its clock', async () => {
    const ctx = testContext();
    const before = ctx.now().getTime();
    await ctx.sleep(5_000);
    expect(ctx.now().getTime() - before).to.equal(5_000);
  });

  it('has the artifacts of the packages that tests are given', async () => {
    const { artifact } = givenPackage({ version: '1.0.0' });
    const stream = await testContext().artifacts.open(artifact.sha256);
    expect((await bytesOf(stream)).length).to.equal(artifact.size);
  });
});

describe('given values', () => {
  it('are the same each time, and take overrides', () => {
    expect(givenOrder()).to.deep.equal(givenOrder());
    expect(givenOrder({ ring: 'canary' }).ring).to.equal('canary');
    expect(givenPackage({ version: '3.0.0' }).artifact.sha256).not.to.equal(givenPackage().artifact.sha256);
  });
});

describe('artifacts in memory', () => {
  it('open as often as one likes, each time from the first byte', async () => {
    const artifacts = memoryArtifacts();
    const { sha256, size } = artifacts.add(Buffer.alloc(150_000, 7));
    expect((await bytesOf(await artifacts.open(sha256))).length).to.equal(size);
    expect((await bytesOf(await artifacts.open(sha256))).length).to.equal(150_000);
    expect(artifacts.add(givenArtifact()).size).to.equal(givenArtifact().length);
  });

  it('say when there is none', async () => {
    const refusal = await memoryArtifacts('text')
      .open('0'.repeat(64))
      .catch((cause: unknown) => cause);
    expect(isEucoraError(refusal) && refusal.code).to.equal('ARTIFACT_NOT_FOUND');
  });
});

describe('a journal in memory', () => {
  const operation = { phase: 'publish', kind: 'create', key: 'p:create:1', summary: 'create', params: {} } as const;
  const now = () => new Date('2026-01-01T00:00:00.000Z');

  it('doubts what was started until it is done, and keeps what the plane named', async () => {
    const journal = memoryJournal({ now, refs: { a: '1' } });
    await journal.started(operation);
    expect(journal.doubts).to.deep.equal([
      { key: 'p:create:1', kind: 'create', startedAt: '2026-01-01T00:00:00.000Z' },
    ]);
    await journal.done(operation, { b: '2' });
    expect(journal.doubts).to.deep.equal([]);
    expect(journal.recent).to.deep.equal([{ key: 'p:create:1', at: '2026-01-01T00:00:00.000Z' }]);
    expect(journal.refs).to.deep.equal({ a: '1', b: '2' });
    expect(journal.finished).to.deep.equal([operation]);
  });

  it('can be lost', async () => {
    const journal = memoryJournal({
      refs: { a: '1' },
      doubts: [{ key: 'k', kind: 'create', startedAt: now().toISOString() }],
    });
    journal.forget();
    expect([journal.refs, journal.doubts, journal.recent, journal.finished]).to.deep.equal([{}, [], [], []]);
  });
});

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
