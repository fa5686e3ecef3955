import { openStorage } from '@eucora/adapters';
import { createHub } from '@eucora/engine';
import { sandbox } from '@eucora/plugin-sandbox';
import type { Contender } from '../contender.js';
import { callers } from './callers.js';
import { ids } from './ids.js';
import { newIntent } from './new-intent.js';

export interface PublishSettings {
  /** Without it: the embedded database. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly seed: number;
}

/** One client that publishes through the library, each time with an id of its own; the work itself is not done. */
export async function prepare({ seed, ...where }: PublishSettings): Promise<Contender> {
  const storage = await openStorage(where);
  const hub = createHub({ planes: { sandbox: sandbox({}) }, storage });
  const intent = await newIntent(hub, 'sandbox', ['lab-devices']);
  const nextId = ids(seed);
  const publish = async () => {
    await hub.publish(intent, { ring: 'lab', correlationId: nextId() }, 'alice');
    return 1;
  };
  return { slice: (ms) => callers(1, ms, publish), close: () => storage.close() };
}
