import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson, EucoraError, sha256Hex, type Context, type Resource, type ResourceStore } from '@eucora/sdk';
import { readLines, type Line, type Reading } from './journal.js';
import { fieldsOf, invalid, kindOf, limitOf } from './request.js';
import { tenantFolder } from './tenant-folder.js';

/** Fields that must be equal for a record to be listed. */
export type Where = Readonly<Record<string, string | number | boolean>>;

export interface Mailbox extends ResourceStore {
  /** In order of id, which for ids that the mailbox gave is the order of time. `limit` is 1 to 1,000, default 100. */
  list(
    ctx: Context,
    request: { readonly kind: string; readonly after?: string; readonly limit?: number; readonly where?: Where },
  ): ReturnType<ResourceStore['list']>;
}

/** Messages, folders and contacts, one file a kind in a folder a tenant. Nothing is kept in memory: another writer's lines count at once. */
export function mailboxIn(directory: string, append: (file: string, line: Line) => Promise<void>): Mailbox {
  const reported = new Set<string>();

  const read = async (ctx: Context, kind: string): Promise<Reading & { readonly file: string }> => {
    const file = fileOf(directory, ctx.tenantId, kind);
    const reading = await readLines(file);
    for (const line of reading.unreadable) {
      if (reported.has(`${file}:${line}`)) continue;
      reported.add(`${file}:${line}`);
      ctx.log.warn({ kind, line }, `line ${line} of ${kind}.jsonl cannot be read and is passed over`);
    }
    return { ...reading, file };
  };

  return {
    async list(ctx, { kind, after, limit = 100, where = {} }) {
      const most = limitOf(limit);
      const found = [...(await read(ctx, kind)).records.values()]
        .filter((record) => after === undefined || record.id > after)
        .filter((record) => Object.entries(where).every(([field, value]) => record[field] === value))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const items = found.slice(0, most);
      return found.length > most ? { items, next: items.at(-1)!.id } : { items };
    },

    async get(ctx, { kind, id }) {
      return held(await read(ctx, kind), kind, id);
    },

    async create(ctx, { kind, fields, key }) {
      const given = fieldsOf(fields);
      const asked = key === undefined ? undefined : { key, digest: sha256Hex(canonicalJson(given)) };
      const before = await read(ctx, kind);
      const first = asked && outcomeOf(before, asked);
      if (first) return first;

      const record: Resource = { ...given, id: given.id ?? newId(ctx.now()) };
      if (before.records.has(record.id)) {
        throw new EucoraError('PLANE_CONFLICT', { what: `${kind} "${record.id}" is there already` });
      }
      await append(before.file, { id: record.id, at: ctx.now().toISOString(), record, ...asked });
      return (asked && outcomeOf(await read(ctx, kind), asked)) ?? record;
    },

    async update(ctx, { kind, id, fields }) {
      const given = fieldsOf(fields);
      if (given.id !== undefined && given.id !== id) throw invalid('id: cannot be changed');
      const reading = await read(ctx, kind);
      const record: Resource = { ...held(reading, kind, id), ...given, id };
      await append(reading.file, { id, at: ctx.now().toISOString(), record });
      return record;
    },

    async delete(ctx, { kind, id }) {
      const { records, file } = await read(ctx, kind);
      if (records.has(id)) await append(file, { id, at: ctx.now().toISOString(), record: null });
    },
  };
}

export const fileOf = (directory: string, tenantId: string, kind: string): string =>
  join(tenantFolder(directory, tenantId), `${kindOf(kind)}.jsonl`);

/** What the key created first. When two writers raced, both find the same one. */
function outcomeOf({ created }: Reading, { key, digest }: { key: string; digest: string }): Resource | undefined {
  const first = created.get(key);
  if (first && first.digest !== digest) {
    throw new EucoraError('IDEMPOTENCY_CONFLICT', { what: `the key "${key}" created something else before` });
  }
  return first?.record;
}

function held({ records }: Reading, kind: string, id: string): Resource {
  const record = records.get(id);
  if (record) return record;
  throw new EucoraError('RESOURCE_NOT_FOUND', { what: `there are no ${kind} "${id}"` });
}

const newId = (now: Date): string => `${now.toISOString().replace(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
