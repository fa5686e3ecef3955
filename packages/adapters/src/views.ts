import type { Views } from '@eucora/engine';
import type { Database, Statement } from './database/database.js';

const GET: Statement = { name: 'view-get', text: 'select body from views where collection = $1 and id = $2' };

/** A field that may stand in the text of a statement, where an index on it is seen. No other field is ever written. */
const FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

export const databaseViews = (database: Database): Views => ({
  async get<Body>(collection: string, id: string) {
    const [row] = await database.query<{ body: Body }>(GET, [collection, id]);
    return row?.body;
  },

  async list<Body>(collection: string, { where = {}, after = '', limit = 100 }: Parameters<Views['list']>[1] = {}) {
    const wanted = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
    if (wanted.some(([field]) => !FIELD.test(field))) return { items: [] };

    const statement = listStatement(wanted.map(([field]) => field));
    const values = wanted.map(([, value]) =>
      (typeof value === 'object' ? value : [value]).map((one) => JSON.stringify(one)),
    );
    const rows = await database.query<{ id: string; body: Body }>(statement, [collection, after, limit + 1, ...values]);
    const items = rows.slice(0, limit).map(({ body }) => body);
    return rows.length > limit ? { items, next: rows[limit - 1]!.id } : { items };
  },
});

/** Without a name: planned each time, for the very values, because the right index depends on them. */
const listStatement = (fields: readonly string[]): Statement => ({
  name: '',
  text: `select id, body from views where collection = $1 and id > $2
    ${fields.map((field, at) => `and body -> '${field}' = any($${at + 4}::jsonb[])`).join(' ')}
    order by id limit $3`,
});
