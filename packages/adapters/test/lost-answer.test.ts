import { expect } from 'chai';
import { findBreak } from '@eucora/engine';
import type { StorageUnderTest } from '@eucora/engine/testing';
import { isEucoraError } from '@eucora/sdk';
import { givenCuttingProxy, type CuttingProxy } from './cutting-proxy.js';
import { describeOnPostgres, givenHostOn } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

describeOnPostgres('an answer that is lost after the commit', () => {
  let server: PostgresServer;
  let proxy: CuttingProxy;
  let host: StorageUnderTest;
  let other: StorageUnderTest;

  before(async () => {
    server = await startPostgres();
    proxy = await givenCuttingProxy(server.url);
    host = await givenHostOn(proxy.url);
    other = await givenHostOn(server.url);
  });
  after(async () => {
    await host?.stop();
    await other?.stop();
    await proxy?.stop();
    await server?.stop();
  });

  it('is found out: the append is acknowledged, and stored once', async () => {
    await append(host, 'first', 0);
    for (let n = 0; n < 5; n++) {
      proxy.loseAnswerTo(`lost-${n}`);
      const [stored] = await append(host, `lost-${n}`, 0);
      expect(proxy.lost()).to.equal(1);
      expect(await other.storage.events.readStream(`lost-${n}`)).to.deep.equal([stored]);
    }
    await expectUnbroken();
  });

  it('is found out also when another host has gone on from it', async () => {
    proxy.loseAnswerTo('crossed-0');
    const mine = append(host, 'crossed-0', 0);
    while ((await other.storage.events.readStream('crossed-0')).length === 0);
    await Promise.all([1, 2, 3].map((n) => append(other, `crossed-${n}`, 0)));
    const [stored] = await mine;
    expect(await other.storage.events.readStream('crossed-0')).to.deep.equal([stored]);
    await expectUnbroken();
  });

  it('does not make a conflict of our own append', async () => {
    proxy.loseAnswerTo('own', 2);
    const tries = await Promise.allSettled([append(host, 'own', 0), append(host, 'own', 0), append(host, 'own', 1)]);
    expect(tries.map((one) => (one.status === 'fulfilled' ? 'stored' : codeOf(one.reason)))).to.deep.equal([
      'stored',
      'VERSION_CONFLICT',
      'stored',
    ]);
    expect(await other.storage.events.readStream('own')).to.have.lengthOf(2);
  });

  it('is STORAGE_UNAVAILABLE when no answer comes at all, and then the store goes on', async function () {
    this.timeout(60_000);
    proxy.loseAnswerTo('', Number.POSITIVE_INFINITY);
    expect(codeOf(await append(host, 'unheard', 0).catch((cause: unknown) => cause))).to.equal('STORAGE_UNAVAILABLE');
    proxy.loseAnswerTo('', 0);
    await append(host, 'heard', 0);
    await expectUnbroken();
  });

  const append = ({ storage }: StorageUnderTest, stream: string, expectedVersion: number) =>
    storage.events.append({
      writes: [{ stream, expectedVersion, events: [{ type: 'X', data: { stream }, correlationId: 'c', actor: 'a' }] }],
    });

  const expectUnbroken = async () => expect(findBreak(await other.storage.events.readAll({}))).to.equal(undefined);
});

const codeOf = (cause: unknown): string => (isEucoraError(cause) ? cause.code : String(cause));
