import type { Database } from './database/database.js';

const JOBS = {
  name: 'abandoned-jobs',
  text: 'update jobs set leased = false, due_at = clock_timestamp() where leased',
};
const LEASES = { name: 'abandoned-leases', text: 'delete from leases' };

/** For the one process that has locked the folder: whoever held something is gone, so nobody has to wait for it to expire. */
export async function releaseAbandoned(database: Database): Promise<void> {
  await database.query(JOBS, []);
  await database.query(LEASES, []);
}
