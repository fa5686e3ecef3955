import { expect } from 'chai';
import { findBreak, type StoredEvent } from '@eucora/engine';
import type { StorageUnderTest } from '@eucora/engine/testing';
import { isEucoraError } from '@eucora/sdk';
import { describeOnPostgres, givenHostOn } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

const WRITERS = 16;
const KILLS = 3;

describeOnPostgres('a server that is killed while it is written to', () => {
  let server: PostgresServer;
  let host: StorageUnderTest;

  before(async () => {
    server = await startPostgres();
    host = await givenHostOn(server.url);
  });
  after(async () => {
    await host?.stop();
    await server?.stop();
  });

  it('loses nothing that was acknowledged, doubles nothing, and the chain holds', async function () {
    this.timeout(120_000);
    const { events } = host.storage;
    const acknowledged = new Map<string, StoredEvent>();
    const unknown = new Set<string>();
    const codes = new Set<string>();
    let writing = true;

    const writer = async (name: string) => {
      for (let n = 0; writing; n++) {
        const stream = `${name}-${n}`;
        const write = {
          stream,
          expectedVersion: 0,
          events: [{ type: 'X', data: { n }, correlationId: name, actor: name }],
        };
        try {
          const [stored] = await events.append({ writes: [write], jobs: [{ key: stream, priority: 1 }] });
          acknowledged.set(stream, stored!);
        } catch (cause) {
          unknown.add(stream);
          codes.add(isEucoraError(cause) ? cause.code : String(cause));
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, n) => writer(`writer-${n}`));
    for (let kill = 0; kill < KILLS; kill++) {
      await reached(() => acknowledged.size, acknowledged.size + 300);
      await server.kill9();
      await server.restart();
    }
    await reached(() => acknowledged.size, acknowledged.size + 300);
    writing = false;
    await Promise.all(writers);

    const stored = await everything();
    expect(findBreak(stored)).to.equal(undefined);
    const byStream = new Map(stored.map((event) => [event.stream, event]));
    expect(byStream.size, 'one event a stream').to.equal(stored.length);
    for (const [stream, event] of acknowledged) expect(byStream.get(stream)).to.deep.equal(event);
    for (const stream of byStream.keys()) expect(acknowledged.has(stream) || unknown.has(stream)).to.equal(true);
    expect([...codes].filter((code) => code !== 'STORAGE_UNAVAILABLE')).to.deep.equal([]);
  });

  it('is answered for with STORAGE_UNAVAILABLE while it is down, and is used again afterwards', async function () {
    this.timeout(60_000);
    await server.kill9();
    const { events, queue, lease, views } = host.storage;
    const append = (stream: string) =>
      events.append({
        writes: [{ stream, expectedVersion: 0, events: [{ type: 'X', data: 1, correlationId: 'c', actor: 'a' }] }],
      });
    const tries = await Promise.allSettled([
      append('while-down'),
      events.readStream('x'),
      queue.claim({ limit: 1, leaseMs: 1_000 }),
      queue.put([{ key: 'k', priority: 1 }]),
      lease.acquire('l', 'h', 1_000),
      views.get('c', 'i'),
    ]);
    for (const one of tries) expect(one).to.have.nested.property('reason.code', 'STORAGE_UNAVAILABLE');

    await server.restart();
    await append('after');
    expect(await events.readStream('after')).to.have.lengthOf(1);
  });

  async function everything(): Promise<StoredEvent[]> {
    const all: StoredEvent[] = [];
    for (;;) {
      const page = await host.storage.events.readAll({ after: all.length });
      if (page.length === 0) return all;
      all.push(...page);
    }
  }
});

/** Turns by turns, without a clock. */
async function reached(value: () => number, wanted: number): Promise<void> {
  while (value() < wanted) await new Promise((resolve) => setImmediate(resolve));
}
