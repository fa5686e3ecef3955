import { expect } from 'chai';
import pg from 'pg';
import { findBreak } from '@eucora/engine';
import type { StorageUnderTest } from '@eucora/engine/testing';
import { describeOnPostgres, givenHostOn } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

describeOnPostgres('a standby that takes over and has not seen the last events', () => {
  let server: PostgresServer;
  let host: StorageUnderTest;
  let noticed = () => {};
  before(async () => {
    server = await startPostgres();
    host = await givenHostOn(server.url, { debug: () => {}, info: () => {}, error: () => {}, warn: () => noticed() });
  });
  after(async () => {
    await host?.stop();
    await server?.stop();
  });

  it('is gone on from where it is: no gap, and streams as far as they have come there', async () => {
    for (const version of [0, 1, 2, 3]) await append(version);
    await givenLostAfter(2);

    await append(2);
    const events = await host.storage.events.readAll({});
    expect(events.map((event) => [event.position, event.version])).to.deep.equal([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(findBreak(events)).to.equal(undefined);
  });

  it('is noticed also by a host whose connection held', async () => {
    await append(3);
    await givenDeletedAfter(2);
    await appendTo('another', 0);
    const events = await host.storage.events.readAll({});
    expect(events.map((event) => event.stream)).to.deep.equal(['s', 's', 'another']);
    expect(findBreak(events)).to.equal(undefined);
  });

  it('may have lost everything', async () => {
    await givenLostAfter(0);
    await append(0);
    expect(findBreak(await host.storage.events.readAll({}))).to.equal(undefined);
  });

  const append = (expectedVersion: number) => appendTo('s', expectedVersion);

  const appendTo = (stream: string, expectedVersion: number) =>
    host.storage.events.append({
      writes: [
        {
          stream,
          expectedVersion,
          events: [{ type: 'X', data: expectedVersion, correlationId: 'c', actor: 'a' }],
        },
      ],
    });

  /** What only the owner of the table can do. */
  async function givenDeletedAfter(position: number): Promise<void> {
    await asOwner('alter table events disable trigger events_append_only');
    await asOwner(`delete from events where position > ${position}`);
    await asOwner('alter table events enable always trigger events_append_only');
  }

  /** As in a takeover: the connections break. */
  async function givenLostAfter(position: number): Promise<void> {
    await givenDeletedAfter(position);
    const notice = new Promise<void>((resolve) => (noticed = resolve));
    await asOwner(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'eucora'`);
    await notice;
  }

  async function asOwner(text: string): Promise<void> {
    const owner = new pg.Client({ connectionString: server.url });
    await owner.connect();
    await owner.query(text);
    await owner.end();
  }
});
