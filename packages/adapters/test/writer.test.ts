import { expect } from 'chai';
import { GENESIS_HASH } from '@eucora/engine';
import { isEucoraError } from '@eucora/sdk';
import type { Database, Run, Statement } from '../src/database/database.js';
import { eventWriter } from '../src/events/writer.js';

describe('the group-commit writer', () => {
  it('sends what comes while a flush is on its way with the next', async () => {
    const database = givenDatabase();
    const { append } = eventWriter(database, () => {});
    await Promise.all(Array.from({ length: 10 }, (_, n) => append(one(`a-${n}`))));
    expect(database.flushed()).to.deep.equal([10]);
  });

  it(`sends at most 500 events together, and an append of more by itself`, async () => {
    const database = givenDatabase();
    const { append } = eventWriter(database, () => {});
    const large = { writes: [{ stream: 'large', expectedVersion: 0, events: Array.from({ length: 700 }, event) }] };
    await Promise.all([
      ...Array.from({ length: 600 }, (_, n) => append(one(`a-${n}`))),
      append(large),
      append(one('last')),
    ]);
    expect(database.flushed()).to.deep.equal([500, 100, 700, 1]);
  });

  it('tries the same again when the database gave way to somebody else', async () => {
    const database = givenDatabase([sqlError('40P01'), sqlError('40001')]);
    const stored = await eventWriter(database, () => {}).append(one('a'));
    expect(stored).to.have.lengthOf(1);
  });

  it('says that there is no room, and goes on when there is', async () => {
    const database = givenDatabase([sqlError('53100')]);
    const { append } = eventWriter(database, () => {});
    const tries = await Promise.allSettled([append(one('a')), append(one('b'))]);
    expect(tries.map(outcome)).to.deep.equal(['STORAGE_FULL', 'STORAGE_FULL']);
    await append(one('c'));
  });

  it('finds the one that the database refuses, and stores the others', async () => {
    const poison = (values: readonly unknown[]) =>
      JSON.stringify(values).includes('poison') ? sqlError('54000') : undefined;
    const database = givenDatabase([], poison);
    const { append } = eventWriter(database, () => {});
    const tries = await Promise.allSettled(['a', 'poison', 'b'].map((stream) => append(one(stream))));
    expect(tries.map(outcome)).to.deep.equal(['stored', 'INPUT_INVALID', 'stored']);
  });

  it('gives up when other hosts keep getting in first', async () => {
    const database = givenDatabase(Array.from({ length: 100 }, () => sqlError('23505', 'events_pkey')));
    expect(outcome((await Promise.allSettled([eventWriter(database, () => {}).append(one('a'))]))[0])).to.equal(
      'STORAGE_UNAVAILABLE',
    );
  });

  it('takes no more than can be answered', async () => {
    const { append } = eventWriter(givenDatabase(), () => {});
    const tries = await Promise.allSettled(Array.from({ length: 10_001 }, (_, n) => append(one(`a-${n}`))));
    expect(tries.filter((one) => outcome(one) === 'STORAGE_UNAVAILABLE')).to.have.lengthOf(1);
  });

  it('answers what waits before it closes, and nothing after', async () => {
    const writer = eventWriter(givenDatabase(), () => {});
    const waiting = writer.append(one('a'));
    await writer.close();
    expect(await waiting).to.have.lengthOf(1);
    expect(outcome((await Promise.allSettled([writer.append(one('b'))]))[0])).to.equal('STORAGE_UNAVAILABLE');
  });
});

const event = () => ({ type: 'X', data: 1, correlationId: 'c', actor: 'a' });

const one = (stream: string) => ({ writes: [{ stream, expectedVersion: 0, events: [event()] }] });

const sqlError = (code: string, constraint?: string) =>
  Object.assign(new Error(`the database says ${code}`), { severity: 'ERROR', code, constraint });

const outcome = (settled: PromiseSettledResult<unknown>): string => {
  if (settled.status === 'fulfilled') return 'stored';
  return isEucoraError(settled.reason) ? settled.reason.code : String(settled.reason);
};

/** An empty database that fails as it is told, flush by flush, and then stores everything. */
function givenDatabase(
  failures: readonly Error[] = [],
  refuses: (values: readonly unknown[]) => Error | undefined = () => undefined,
): Database & { flushed(): number[] } {
  const left = [...failures];
  const flushed: number[] = [];
  let head = { position: '0', hash: GENESIS_HASH };
  const run = (async ({ name }: Statement, values: readonly unknown[] = []) => {
    if (name === 'head') return [head];
    if (!name.startsWith('flush')) return [];
    const failure = left.shift() ?? refuses(values);
    if (failure) throw failure;
    const events = JSON.parse(String(values.at(-1))) as { position: number; hash: string }[];
    flushed.push(events.length);
    head = { position: String(events.at(-1)!.position), hash: events.at(-1)!.hash };
    return [];
  }) as Run;
  return {
    query: run,
    once: run,
    alone: (work) => work(run),
    onLost: () => {},
    close: async () => {},
    flushed: () => flushed,
  };
}
