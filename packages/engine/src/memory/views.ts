import type { Views, ViewWrite } from '../ports/views.js';

type Body = Record<string, unknown>;

/** What the memory event store needs to append in one breath. */
export interface MemoryViews extends Views {
  /** For views that can be stored; does not fail. */
  writeNow(views: readonly ViewWrite[]): void;
}

export function memoryViews(): MemoryViews {
  /** Bodies as JSON text, so that nobody can change what is kept. */
  const collections = new Map<string, Map<string, string>>();
  const rows = (collection: string) => collections.get(collection) ?? new Map<string, string>();

  return {
    writeNow(views) {
      for (const { collection, id, body } of views) {
        const kept = rows(collection);
        if (body === null) kept.delete(id);
        else kept.set(id, JSON.stringify(body));
        collections.set(collection, kept);
      }
    },

    async get<T>(collection: string, id: string) {
      const text = rows(collection).get(id);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },

    async list<T>(collection: string, { where = {}, after, limit = 100 }: Parameters<Views['list']>[1] = {}) {
      const found = [...rows(collection)]
        .filter(([id]) => after === undefined || id > after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, text]) => ({ id, body: JSON.parse(text) as Body }))
        .filter(({ body }) => Object.entries(where).every(([field, wanted]) => matches(body[field], wanted)));
      const page = found.slice(0, limit);
      const items = page.map(({ body }) => body as T);
      const last = page.at(-1);
      return found.length > page.length && last ? { items, next: last.id } : { items };
    },
  };
}

const matches = (value: unknown, wanted: string | number | boolean | readonly string[]): boolean =>
  typeof wanted === 'object' ? wanted.some((one) => one === value) : wanted === value;
