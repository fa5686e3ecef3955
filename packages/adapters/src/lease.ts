import { storableName, type Lease } from '@eucora/engine';
import type { Database } from './database/database.js';

const ACQUIRE = {
  name: 'lease-acquire',
  text: `insert into leases (name, holder, token, until)
    values ($1, $2, nextval('fencing_tokens'), clock_timestamp() + $3 * interval '1 ms')
    on conflict (name) do update set holder = excluded.holder, token = excluded.token, until = excluded.until
      where leases.until <= clock_timestamp()
    returning token`,
};

const RENEW = {
  name: 'lease-renew',
  text: `update leases set until = clock_timestamp() + $3 * interval '1 ms'
    where name = $1 and token = $2 and until > clock_timestamp() returning name`,
};

const RELEASE = { name: 'lease-release', text: 'delete from leases where name = $1 and token = $2' };

export const databaseLease = (database: Database): Lease => ({
  async acquire(name, holder, ttlMs) {
    storableName('lease name', name);
    storableName('lease holder', holder);
    const [row] = await database.query<{ token: string }>(ACQUIRE, [name, holder, ttlMs]);
    return row && { name, token: Number(row.token) };
  },

  async renew({ name, token }, ttlMs) {
    return (await database.query(RENEW, [name, token, ttlMs])).length > 0;
  },

  async release({ name, token }) {
    await database.query(RELEASE, [name, token]);
  },
});
