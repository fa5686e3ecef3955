import type { EventStore, StoredEvent } from './ports/event-store.js';

/** Maps whose keys are data: connector ids, a plane's own names. What is below them is left as it is. */
const DATA_KEYS: ReadonlySet<string> = new Set(['refs', 'scopes', 'packages', 'params', 'facts']);

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [rename(name), DATA_KEYS.has(name) ? inner : renamed(inner, rename)]),
  );
}

/** A value in the names that it is stored, hashed, signed and shipped with. */
export const toStored = (value: object): Readonly<Record<string, unknown>> =>
  renamed(value, snake) as Record<string, unknown>;

/** What {@link toStored} was given. */
export const fromStored = <Value>(value: unknown): Value => renamed(value, camel) as Value;

/** Events are stored, hashed and shipped with wire names; our own code reads and writes them with ours. */
export function withOurNames(store: EventStore): EventStore {
  const ours = (event: StoredEvent): StoredEvent => ({ ...event, data: fromStored(event.data) });
  return {
    async append(request) {
      const writes = request.writes.map((write) => ({
        ...write,
        events: write.events.map((event) => ({ ...event, data: renamed(event.data, snake) })),
      }));
      return (await store.append({ ...request, writes })).map(ours);
    },
    readStream: async (stream, after) => (await store.readStream(stream, after)).map(ours),
    readAll: async (request) => (await store.readAll(request)).map(ours),
    head: () => store.head(),
  };
}
