import { describeStorage } from '@eucora/engine/testing';
import { describeOnPostgres, givenEmbedded, givenHostOn } from './given.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';

describeStorage('the embedded folder', givenEmbedded);

describeOnPostgres('on a PostgreSQL server', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  describeStorage('a PostgreSQL server', () => givenHostOn(server.url));
});
