import type { Append, StreamWrite, ViewWrite } from '@eucora/engine';
import type { HostStorage } from './host-storage.js';
import type { KnownSecrets } from './secrets.js';

type Masking = Pick<KnownSecrets, 'maskIn'>;

/**
 * The same storage; no known secret reaches its events and views. What plugins say (errors, notes of a plane) ends up there, and it
 * is kept for ever. Appends without a secret go through as they are.
 */
export function maskedStorage(storage: HostStorage, known: Masking): HostStorage {
  const { events } = storage;
  return {
    queue: storage.queue,
    lease: storage.lease,
    blobs: storage.blobs,
    views: storage.views,
    ready: () => storage.ready(),
    close: () => storage.close(),
    events: {
      append: (request) => events.append(maskedAppend(request, known)),
      readStream: (stream, after) => events.readStream(stream, after),
      readAll: (request) => events.readAll(request),
      head: () => events.head(),
    },
  };
}

/** Data and bodies only: names and keys are ours, and what is found by them must stay findable. */
function maskedAppend(request: Append, known: Masking): Append {
  const writes = changedOnly(request.writes, (write) => maskedWrite(write, known));
  const views = request.views && changedOnly(request.views, (view) => maskedView(view, known));
  if (writes === request.writes && views === request.views) return request;
  return { ...request, writes, ...(views && { views }) };
}

function maskedWrite(write: StreamWrite, known: Masking): StreamWrite {
  const events = changedOnly(write.events, (event) => {
    const data = known.maskIn(event.data);
    return data === event.data ? event : { ...event, data };
  });
  return events === write.events ? write : { ...write, events };
}

function maskedView(view: ViewWrite, known: Masking): ViewWrite {
  const body = known.maskIn(view.body);
  return body === view.body ? view : { ...view, body };
}

/** The same list where every item stayed the same. */
function changedOnly<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const changed = items.map(change);
  return changed.every((item, at) => item === items[at]) ? items : changed;
}
