import { canonicalJson, EucoraError, sha256Hex, type Context, type Resource, type ResourceStore } from '@eucora/sdk';
import type { Door } from './door.js';
import type { Memory } from './memory.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

type Fields = Readonly<Record<string, unknown>>;

/** Fields that must be equal for a record to be listed. */
export type Where = Readonly<Record<string, string | number | boolean>>;

/** Records of any kind. `packages` and `assignments` are those of the plane itself: whoever changes them acts behind the hub's back. */
export interface SandboxRecords extends ResourceStore {
  /** In order of id. `limit` is 1 to 1,000, default 100. */
  list(
    ctx: Context,
    request: { readonly kind: string; readonly after?: string; readonly limit?: number; readonly where?: Where },
  ): ReturnType<ResourceStore['list']>;
}

export const recordsIn = (memory: Memory, door: Door): SandboxRecords => ({
  list: (ctx, request) => door.read(ctx, () => listed(memory, ctx, request)),
  get: (ctx, { kind, id }) => door.read(ctx, () => copy(held(memory, ctx, kind, id))),
  create: (ctx, request) => door.write(ctx, () => created(memory, ctx, request)),
  update: (ctx, { kind, id, fields }) =>
    door.write(ctx, () => {
      const given = checked(kind, fields);
      if (given.id !== undefined && given.id !== id) throw invalid('id: cannot be changed');
      const record = { ...held(memory, ctx, kind, id), ...given, id };
      memory.put(ctx.tenantId, kind, record);
      return copy(record);
    }),
  delete: (ctx, { kind, id }) => door.write(ctx, () => memory.remove(ctx.tenantId, kind, id)),
});

function listed(memory: Memory, ctx: Context, request: Parameters<SandboxRecords['list']>[1]) {
  const { kind, after, limit = DEFAULT_LIMIT, where = {} } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`limit: must be a whole number from 1 to ${MAX_LIMIT}`);
  }
  const found = [...memory.all(ctx.tenantId, kind)]
    .filter((record) => after === undefined || record.id > after)
    .filter((record) => Object.entries(where).every(([field, value]) => record[field] === value))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const items = found.slice(0, limit).map(copy);
  return found.length > limit ? { items, next: items.at(-1)!.id } : { items };
}

function created(memory: Memory, ctx: Context, { kind, fields, key }: Parameters<ResourceStore['create']>[1]) {
  const given = checked(kind, fields);
  const digest = sha256Hex(canonicalJson(given));
  const first = key === undefined ? undefined : memory.outcome(ctx.tenantId, kind, key);
  if (first && first.digest !== digest) {
    throw new EucoraError('IDEMPOTENCY_CONFLICT', { what: `the key "${key}" created other ${kind} before` });
  }
  if (first) return copy(first.outcome);

  const record = { ...given, id: given.id ?? memory.name(ctx.tenantId, kind) };
  if (memory.get(ctx.tenantId, kind, record.id)) {
    throw new EucoraError('PLANE_CONFLICT', { what: `${kind} "${record.id}" is there already` });
  }
  memory.put(ctx.tenantId, kind, record, key === undefined ? undefined : { key, digest, outcome: record });
  return copy(record);
}

function held(memory: Memory, ctx: Context, kind: string, id: string): Resource {
  const record = memory.get(ctx.tenantId, kind, id);
  if (record) return record;
  throw new EucoraError('RESOURCE_NOT_FOUND', { what: `there are no ${kind} "${id}"` });
}

/** The fields as plain JSON, cut off from the caller's objects. */
function checked(kind: string, fields: Fields): Fields & { readonly id?: string } {
  if (kind === '') throw invalid('kind: must not be empty');
  const plain = plainJson(fields);
  if (plain.id !== undefined && (typeof plain.id !== 'string' || plain.id === '')) {
    throw invalid('id: must be a text that is not empty');
  }
  return plain;
}

function plainJson(fields: Fields): Fields {
  try {
    const plain: unknown = JSON.parse(JSON.stringify(fields));
    if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) return plain as Fields;
  } catch (cause) {
    throw new EucoraError('INPUT_INVALID', { what: 'fields: must be plain JSON', cause });
  }
  throw invalid('fields: must be an object');
}

const copy = (record: Resource): Resource => structuredClone(record);

const invalid = (what: string) => new EucoraError('INPUT_INVALID', { what });
